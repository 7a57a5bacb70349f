// Package web is the engine on which the pages run: what is done for every request before and after its
// handler, and where each audience is mounted.
//
// What always holds: a form sent from another site changes nothing; no page runs a script or style that is not
// a file of ours; a signed-in page is kept by nobody; no log or metric holds an address with a code or token in
// it, a query, a name or where somebody connects from; a handler that panics answers with an apology.
package web

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/gin-gonic/gin"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"bursar/internal/config"
	"bursar/internal/db"
	"bursar/internal/fixture"
	"bursar/internal/mail"
	"bursar/internal/secret"
	"bursar/internal/web/account"
	"bursar/internal/web/admin"
	"bursar/internal/web/allocating"
	"bursar/internal/web/applicant"
	"bursar/internal/web/applying"
	"bursar/internal/web/approver"
	"bursar/internal/web/assessor"
	"bursar/internal/web/awards"
	"bursar/internal/web/catalogue"
	"bursar/internal/web/certificates"
	"bursar/internal/web/demo"
	"bursar/internal/web/employer"
	"bursar/internal/web/equality"
	"bursar/internal/web/finance"
	"bursar/internal/web/funds"
	"bursar/internal/web/hook"
	"bursar/internal/web/learner"
	"bursar/internal/web/mails"
	"bursar/internal/web/moves"
	"bursar/internal/web/offer"
	"bursar/internal/web/office"
	"bursar/internal/web/page"
	"bursar/internal/web/panel"
	"bursar/internal/web/public"
	"bursar/internal/web/questions"
	"bursar/internal/web/queue"
	"bursar/internal/web/ranking"
	"bursar/internal/web/rounds"
	"bursar/internal/web/sponsor"
	"bursar/internal/web/static"
	"bursar/internal/web/supporter"
	"bursar/internal/web/trainer"
	"bursar/templates"
)

// Options is what the pages need of the rest of the program.
type Options struct {
	Mode    config.Mode
	DB      *db.DB
	Doors   Doors
	Machine *db.DB // as the program itself: for what a person sets off that concerns others too
	Site    page.Site
	Mail    mail.Site
	Brand   static.Brand
	Box     *secret.Box
	PayAt   []string     // origins of the card processor's payment pages
	GiftAid bool         // the provider may claim it
	Hook    hook.Options // of the card processor's endpoint; New fills in the rest
	Sandbox http.Handler // stands in for the card processor below SandboxPath; nil where the real one is used
	Clock   fixture.Clock
	Metrics *prometheus.Registry
	Ready   func(context.Context) error // says why the program cannot serve now
}

// Doors are the database as each audience of applications may see it: db.Learner, db.Supporter and so on.
type Doors struct{ Employer, Trainer, Learner, Supporter, Assessor, Office, Access *db.DB }

// SandboxPath is where the stand-in for the card processor is mounted.
const SandboxPath = "/sandbox"

// Site answers every request to the program.
type Site struct{ engine *gin.Engine }

// New makes the engine with everything mounted.
func New(o Options) (*Site, error) {
	files, err := static.Load(o.Brand)
	if err != nil {
		return nil, err
	}
	renderer, err := page.NewRenderer(templates.FS, o.Site, files, o.DB.Now)
	if err != nil {
		return nil, fmt.Errorf("reading the templates: %w", err)
	}
	e, err := engine(o, renderer)
	if err != nil {
		return nil, err
	}
	machines(e, o, files)
	people(e, o, files)
	return &Site{e}, nil
}

// engine does what every request needs.
func engine(o Options, renderer *page.Renderer) (*gin.Engine, error) {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	e.HandleMethodNotAllowed = true
	// A TLS proxy on this machine may say who asks, and nobody else. It is used to count attempts at signing in.
	if err := e.SetTrustedProxies([]string{"127.0.0.1", "::1"}); err != nil {
		return nil, err
	}
	e.Use(page.Use(renderer), number, observe(o.Metrics), headers(o), survive, sameSite(), bound)
	return e, nil
}

// machines are the addresses that programs use.
func machines(e *gin.Engine, o Options, files *static.Files) {
	e.GET(static.Prefix+"*path", gin.WrapH(files))
	e.GET("/healthz", func(c *gin.Context) { c.String(http.StatusOK, "alive\n") })
	e.GET("/readyz", ready(o.Ready))
	e.GET("/metrics", onlyHere, gin.WrapH(promhttp.HandlerFor(o.Metrics, promhttp.HandlerOpts{})))
	o.Hook.DB, o.Hook.Metrics = o.DB, o.Metrics
	hook.Mount(e, o.Hook)
	if o.Sandbox != nil {
		e.Any(SandboxPath+"/*path", gin.WrapH(http.StripPrefix(SandboxPath, o.Sandbox)))
	}
}

// sample is where a statement of the bank is to try out: only in a demonstration.
func sample(o Options) string {
	if o.Mode == config.Demo {
		return demo.BankFile
	}
	return ""
}

// people are the pages.
func people(e *gin.Engine, o Options, files *static.Files) {
	in := account.New(account.Options{DB: o.DB, Box: o.Box, Issuer: o.Site.Name, Secure: secure(o)})
	known := []gin.HandlerFunc{in.Sessions(), keepNothing}
	pages := e.Group("", known...)
	in.Mount(pages)
	(&public.Public{DB: o.DB, Site: o.Site, Files: files}).Mount(pages)
	learner.New(learner.Options{DB: o.DB, Own: o.Doors.Learner, Machine: o.Machine, Box: o.Box, SignedIn: in.SignedIn(), Site: o.Site, PayAt: o.PayAt}).Mount(pages)
	funds.Mount(pages, funds.Options{DB: o.DB, Office: o.Doors.Office, Box: o.Box, Staff: in.Staff, Site: o.Site})
	employer.Mount(pages, employer.Options{
		DB: o.DB, Own: o.Doors.Employer, Machine: o.Machine, Box: o.Box, SignedIn: in.SignedIn(), PayAt: o.PayAt, Site: o.Site,
	})
	applying.Mount(pages, applying.Options{DB: o.DB, Own: o.Doors.Learner, Machine: o.Machine, Box: o.Box, SignedIn: in.SignedIn()})
	queue.Mount(pages, queue.Options{DB: o.DB, Office: o.Doors.Office, Machine: o.Machine, Box: o.Box, Staff: in.Staff})
	approver.Mount(pages, approver.Options{DB: o.DB, Machine: o.Machine})
	finance.Mount(pages, finance.Options{DB: o.DB, Machine: o.Machine, Staff: in.Staff, Site: o.Site, Sample: sample(o)})
	sponsor.Mount(pages, sponsor.Options{DB: o.DB, Staff: in.Staff, PayAt: o.PayAt, Site: o.Site, GiftAid: o.GiftAid})
	applications(pages, o, in)
	admin.Mount(pages, admin.Options{DB: o.DB, Office: o.Doors.Office, Mail: o.Mail, Staff: in.Staff})
	mails.Mount(pages, mails.Options{DB: o.DB, Mail: o.Mail, Staff: in.Staff})
	moves.Mount(pages, moves.Options{DB: o.DB, Office: o.Doors.Office, Machine: o.Machine, Box: o.Box, Staff: in.Staff})
	catalogue.Mount(pages, catalogue.Options{DB: o.DB, Machine: o.Machine, Staff: in.Staff})
	certificates.Mount(pages, certificates.Options{DB: o.DB, Staff: in.Staff, Site: o.Site})
	questions.Mount(pages, questions.Options{DB: o.Doors.Office, Box: o.Box, Staff: in.Staff})
	trainer.Mount(pages, trainer.Options{DB: o.DB, Own: o.Doors.Trainer, Access: o.Doors.Access, Box: o.Box, Staff: in.Staff})
	demo.Mount(pages, o.Mode, demo.Options{DB: o.DB, Inbox: o.Machine, Clock: o.Clock, Mail: o.Mail, Admit: in.Admit})
	e.NoRoute(append(known, page.Handle(func(*gin.Context) error { return page.ErrNotFound }))...)
	e.NoMethod(append(known, page.NotTaken)...)
}

// applications are the pages of those who apply, support, read and decide, each on a database in the role of its
// audience.
func applications(pages *gin.RouterGroup, o Options, in *account.Account) {
	applicant.Mount(pages, applicant.Options{DB: o.Doors.Learner, Box: o.Box, SignedIn: in.SignedIn(), Site: o.Site})
	offer.Mount(pages, offer.Options{DB: o.Doors.Learner, Machine: o.Machine, Box: o.Box, SignedIn: in.SignedIn(), Site: o.Site})
	equality.Mount(pages, equality.Options{DB: o.Doors.Learner, SignedIn: in.SignedIn()})
	equality.MountOffice(pages, equality.OfficeOptions{DB: o.Doors.Office, Staff: in.Staff})
	supporter.Mount(pages, supporter.Options{DB: o.Doors.Supporter, Box: o.Box})
	rounds.Mount(pages, rounds.Options{DB: o.Doors.Office, Box: o.Box, Staff: in.Staff, Site: o.Site, Preview: public.RoundPage})
	office.Mount(pages, office.Options{DB: o.Doors.Office, Needs: o.Doors.Access, Box: o.Box, Staff: in.Staff})
	panel.Mount(pages, panel.Options{DB: o.Doors.Office, Staff: in.Staff})
	assessor.Mount(pages, assessor.Options{DB: o.Doors.Assessor, Box: o.Box, Staff: in.Staff})
	ranking.Mount(pages, ranking.Options{DB: o.Doors.Office, Box: o.Box, Staff: in.Staff, Site: o.Site})
	awards.Mount(pages, awards.Options{DB: o.Doors.Office, Box: o.Box, Staff: in.Staff, Site: o.Site})
	allocating.Mount(pages, allocating.Options{DB: o.Doors.Office, Box: o.Box, Staff: in.Staff})
}

func secure(o Options) bool { return strings.HasPrefix(o.Site.URL, "https://") }

// ServeHTTP answers HEAD as GET: net/http leaves the body out of the answer.
func (s *Site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodHead {
		r = r.WithContext(r.Context()) // a copy
		r.Method = http.MethodGet
	}
	s.engine.ServeHTTP(w, r)
}

// Routes are the methods and patterns of all addresses that are answered, such as "GET /my/places/:code".
func (s *Site) Routes() []string {
	var all []string
	for _, route := range s.engine.Routes() {
		all = append(all, route.Method+" "+route.Path)
	}
	return all
}
