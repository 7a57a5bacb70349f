package office

import (
	"bursar/internal/bursary"
	"bursar/internal/london"
	"bursar/internal/web/page"
)

// Tag is where the application stands.
func (p *filePage) Tag() page.Tag { return statusTags[p.App.Status] }

// Until is the last day to change it.
func (p *filePage) Until() string { return london.DateOf(p.App.Deadline(p.Round)).Long() }

// Open reports whether the applicant can still change it.
func (p *filePage) Open() bool { return p.App.Changeable(p.Round, p.Now) }

// Early reports whether more time can still be given.
func (p *filePage) Early() bool {
	return p.Current() && (p.App.Status == bursary.Draft || p.App.Status == bursary.Submitted)
}

// Current reports whether the round's bands are not frozen.
func (p *filePage) Current() bool {
	return p.Round.Status == bursary.RoundPublished || p.Round.Status == bursary.RoundClosed
}

// Decidable reports whether it can be decided who is eligible.
func (p *filePage) Decidable() bool {
	s := p.App.Status
	return p.Current() && !p.Open() && (s == bursary.Submitted || s == bursary.InReview || s == bursary.Ineligible)
}

// Copied reports whether there can be copies for the panel.
func (p *filePage) Copied() bool {
	return p.App.Sent() && p.App.Status != bursary.Ineligible && !p.Open()
}

// Enterable reports whether staff can write answers down in it.
func (p *filePage) Enterable() bool {
	return p.Current() && p.App.Eligible == nil && (p.App.Status == bursary.Draft || p.App.Status == bursary.Submitted && p.App.AwaitsConfirmation())
}

// ToConfirm reports whether the applicant has yet to say that it is theirs.
func (p *filePage) ToConfirm() bool { return p.App.Sent() && p.App.AwaitsConfirmation() }

// Eligibility is what was decided, in words.
func (p *filePage) Eligibility() string {
	switch {
	case p.App.Eligible == nil:
		return "Not decided yet"
	case *p.App.Eligible:
		return "Eligible"
	}
	return "Not eligible"
}
