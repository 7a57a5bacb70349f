package assessor

import (
	"github.com/gin-gonic/gin"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/panel"
	"bursar/internal/web/page"
)

type peerForm struct {
	Peer string `form:"peer" binding:"required,oneof=yes no" error:"Choose yes or no"`
}

type peerPage struct {
	page.Base
	Form peerForm
}

func (d desk) peerPage(c *gin.Context) (*peerPage, error) {
	p := &peerPage{Base: page.Base{Back: home}, Form: peerForm{Peer: "no"}}
	return p, d.as(c, func(tx *db.Tx, person id.Person) error {
		piles, err := panel.Piles(c.Request.Context(), tx, person)
		if err == nil && len(piles) > 0 && piles[0].Member.Peer {
			p.Form.Peer = "yes"
		}
		return err
	})
}

// peer asks somebody whether they read as a peer.
func (d desk) peer(c *gin.Context) error {
	p, err := d.peerPage(c)
	if err != nil {
		return err
	}
	return page.Render(c, "assessor/peer", p)
}

func (d desk) savePeer(c *gin.Context) error {
	var form peerForm
	err := page.Bind(c, &form)
	if err == nil {
		err = d.as(c, func(tx *db.Tx, person id.Person) error {
			return panel.SetPeer(c.Request.Context(), tx, person, form.Peer == "yes")
		})
	}
	if failure.Of(err) != nil {
		return page.Again(c, err, "assessor/peer", &peerPage{Base: page.Base{Back: home}, Form: form})
	}
	if err != nil {
		return err
	}
	page.Flash(c, page.Saved)
	return page.Redirect(c, home)
}
