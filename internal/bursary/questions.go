package bursary

import (
	"context"

	"github.com/uptrace/bun"

	"bursar/internal/form"
)

// panelUnnamed stands for the names on the panel, which only applicants are shown.
var panelUnnamed = form.Option{Value: "panel", Label: "The people on the panel, by name"}

// PublicQuestions is the round's form as anybody may read it before applying: with its dates and its tariff, and
// without the names on its panel. Every role may call it.
func (r *Round) PublicQuestions(ctx context.Context, d bun.IDB) (form.Form, error) {
	f, err := r.Form()
	if err != nil {
		return form.Form{}, err
	}
	runs, err := RunsOf(ctx, d, r.ID)
	if err != nil {
		return form.Form{}, err
	}
	offers := r.offers(runs, nil)
	offers[form.FromPanel] = []form.Option{panelUnnamed}
	return f.With(offers), nil
}
