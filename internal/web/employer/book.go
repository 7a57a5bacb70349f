package employer

import "github.com/gin-gonic/gin"

func (e *employer) book(gin.IRouter) {}
