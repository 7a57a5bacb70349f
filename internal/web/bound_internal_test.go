package web

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/gin-gonic/gin"

	"bursar/internal/web/applicant"
)

// sends posts so many bytes to an address of a server that is bound as ours is.
func sends(t *testing.T, server *httptest.Server, path string, bytes int) int {
	t.Helper()
	answer, err := server.Client().Post(server.URL+path, "application/octet-stream", strings.NewReader(strings.Repeat("x", bytes)))
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	return answer.StatusCode
}

func TestOneAddressTakesFilesAndNoOtherMoreThanAForm(t *testing.T) {
	t.Parallel()
	e := gin.New()
	e.Use(bound)
	read := func(c *gin.Context) {
		_, err := io.Copy(io.Discard, c.Request.Body)
		if _, tooBig := errors.AsType[*http.MaxBytesError](err); tooBig {
			c.Status(http.StatusRequestEntityTooLarge)
		}
	}
	e.POST(applicant.RecordingRoute, read)
	e.POST(applicant.RecordingRoute+"/remove", read)
	server := httptest.NewServer(e)
	t.Cleanup(server.Close)
	for _, c := range []struct {
		path  string
		bytes int
		want  int
	}{
		{"/my/applications/K7Q2-9M/recordings/hope", applicant.RecordingBody, http.StatusOK},
		{"/my/applications/K7Q2-9M/recordings/hope", applicant.RecordingBody + 1, http.StatusRequestEntityTooLarge},
		{"/my/applications/K7Q2-9M/recordings/hope/remove", bodyLimit, http.StatusOK},
		{"/my/applications/K7Q2-9M/recordings/hope/remove", bodyLimit + 1, http.StatusRequestEntityTooLarge},
	} {
		if got := sends(t, server, c.path, c.bytes); got != c.want {
			t.Errorf("%d bytes to %s answered %d, want %d", c.bytes, c.path, got, c.want)
		}
	}
}
