package app

import (
	"context"
	"crypto/rand"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"sync/atomic"
	"time"

	"bursar/internal/billing"
	"bursar/internal/config"
	"bursar/internal/sandbox"
	"bursar/internal/stripepay"
	"bursar/internal/web"
	"bursar/internal/web/hook"
	"bursar/internal/web/page"
	"bursar/internal/web/static"
)

// stripeCheckout is where Stripe's payment pages are.
const stripeCheckout = "https://checkout.stripe.com"

// site is the part of the program that serves pages.
type site struct {
	listener net.Listener
	http     *http.Server
	open     atomic.Bool  // pages are served
	pages    http.Handler // once open
	secrets  []string     // of the card processor's endpoint
	ended    chan error
}

// own is how this process reaches itself.
func (a *App) own() string { return "http://" + a.site.listener.Addr().String() }

func (a *App) openSite(ctx context.Context) error {
	if err := a.openRest(a.own()); err != nil {
		return err
	}
	a.site.secrets = a.Config.WebhookSecrets
	if a.Config.Sandboxed() {
		if err := a.openSandbox(); err != nil {
			return err
		}
	}
	var err error
	if a.site.pages, err = a.pages(); err != nil {
		return err
	}
	a.site.http = a.httpServer()
	go func() { a.site.ended <- a.site.http.Serve(a.site.listener) }()
	return nil
}

// openSandbox puts the stand-in for the card processor behind our own address.
func (a *App) openSandbox() (err error) {
	secret := "whsec_" + rand.Text()
	a.site.secrets = []string{secret}
	a.Sandbox, err = sandbox.New(sandbox.Options{
		PublicURL: a.Config.URL + web.SandboxPath, Merchant: a.Config.Provider.Name,
		WebhookURL: a.own() + hook.Path, WebhookSecret: secret,
		Journal: filepath.Join(a.Config.Data, "sandbox.jsonl"),
		Now:     a.Clock.Now, Wall: time.Now, HTTPClient: &http.Client{Timeout: 30 * time.Second},
	})
	if err == nil {
		a.onClose(func(context.Context) error { return a.Sandbox.Close() })
	}
	return err
}

func (a *App) pages() (http.Handler, error) {
	p := a.Config.Provider
	o := web.Options{
		Mode: a.Config.Mode, DB: a.DB, Doors: a.Doors, Machine: a.Machine, Mail: a.mailSite(), Box: a.Box, Clock: moved{a.Clock, a}, Metrics: a.Metrics, Ready: a.Ready,
		Site: page.Site{
			Name: p.Name, Short: p.Name, Email: p.Email, Phone: p.Phone, Hours: "Monday to Friday, 9am to 5pm", Address: p.Address,
			URL: a.Config.URL, Demo: a.Config.Mode == config.Demo,
		},
		Brand: static.Brand{Accent: p.Accent, Logo: p.Logo},
		PayAt: []string{a.payAt()}, GiftAid: p.GiftAid,
		Hook: hook.Options{
			Secrets: a.site.secrets, Clock: time.Now,
			Expected: billing.Expected{APIVersion: stripepay.APIVersion, Live: a.Config.Live()},
		},
	}
	if a.Sandbox != nil {
		o.Sandbox = a.Sandbox
	}
	return web.New(o)
}

// payAt is the origin of the pages on which people pay.
func (a *App) payAt() string {
	if u, err := url.Parse(a.Config.URL); err == nil && a.Config.Sandboxed() {
		return u.Scheme + "://" + u.Host
	}
	return stripeCheckout
}

func (a *App) httpServer() *http.Server {
	return &http.Server{
		Handler:           http.HandlerFunc(a.serveHTTP),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       30 * time.Second,
		WriteTimeout:      60 * time.Second,
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    16 << 10,
		ErrorLog:          slog.NewLogLogger(slog.Default().Handler(), slog.LevelDebug), // names addresses of callers
	}
}

// serveHTTP keeps everybody but the stand-in's callers waiting until the program is ready.
func (a *App) serveHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case a.site.open.Load(), r.URL.Path == "/healthz", r.URL.Path == "/readyz":
		a.site.pages.ServeHTTP(w, r)
	case a.Sandbox != nil && strings.HasPrefix(r.URL.Path, web.SandboxPath+"/"):
		a.site.pages.ServeHTTP(w, r)
	default:
		w.Header().Set("Retry-After", "2")
		http.Error(w, "We are just starting. Please try again in a moment.", http.StatusServiceUnavailable)
	}
}

// close answers what was begun, and no more.
func (s *site) close(ctx context.Context) error {
	s.open.Store(false)
	ctx, cancel := context.WithTimeout(ctx, 15*time.Second)
	defer cancel()
	err := s.http.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		return s.http.Close()
	}
	return err
}
