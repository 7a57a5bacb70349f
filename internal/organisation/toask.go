package organisation

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/id"
	"bursar/internal/people"
)

// ToAsk is the organisation that somebody asks for money by the address of a person there, and the token of an invitation
// to act for it, which is empty when the person acts for it already; the caller writes the mail. Of several for which they
// act it is one of that name, one that is approved, the longest known. Else it is one that was asked under that name and
// address before, or a new one with the status Invited. contact is the person's name. It returns failures about the
// fields "name", "email" and "contact".
func ToAsk(ctx context.Context, tx *db.Tx, by id.Person, name, email, contact string) (o *Organisation, token string, err error) {
	w := wrong{}
	name = w.name("name", name, "Enter the name of the organisation")
	contact = w.name("contact", contact, "")
	if email, err = people.NormaliseEmail(email); err != nil {
		w["email"] = "Enter the email address of somebody there, like name@example.org"
	}
	if err := w.failure(); err != nil {
		return nil, "", err
	}
	if _, err := tx.NewRaw("SELECT pg_advisory_xact_lock(hashtextextended(?, 0))", "organisations:asked:"+email).Exec(ctx); err != nil {
		return nil, "", fmt.Errorf("locking whom to ask: %w", err)
	}
	if o, err = actsFor(ctx, tx, email, name); err != nil || o != nil {
		return o, "", err
	}
	if o, err = askedBefore(ctx, tx, email, name); err != nil {
		return nil, "", err
	}
	if o == nil {
		o = &Organisation{Status: Invited, Name: name, Kind: Other, Contact: contact, PORule: PORequired, TermsDays: usualTerms}
		if err := o.insert(ctx, tx); err != nil {
			return nil, "", err
		}
		if err := record(ctx, tx, audit.Person(by), "asked to pay", o.ID, nil); err != nil {
			return nil, "", err
		}
	}
	token, err = insertInvitation(ctx, tx, o.ID, 0, email, contact, false)
	return o, token, err
}

// usualTerms is what the Procurement Act 2023, section 68, implies into every contract with a public body: days.
const usualTerms = 30

// actsFor is the organisation for which the person with an address acts; nil when there is none.
func actsFor(ctx context.Context, tx *db.Tx, email, name string) (*Organisation, error) {
	p, err := people.Find(ctx, tx, email)
	if errors.Is(err, people.ErrUnknownPerson) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	list, err := Of(ctx, tx, p.ID)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	other := func(o Organisation) int {
		rank := 0
		if fold(o.Name) != fold(name) {
			rank += 2
		}
		if o.Status != Approved {
			rank++
		}
		return rank
	}
	o := slices.MinFunc(list, func(a, b Organisation) int { return cmp.Or(cmp.Compare(other(a), other(b)), cmp.Compare(a.ID, b.ID)) })
	return &o, nil
}

// askedBefore is the organisation of a name that nobody has joined yet, and to which somebody invited this address; nil
// when there is none.
func askedBefore(ctx context.Context, tx *db.Tx, email, name string) (*Organisation, error) {
	var list []Organisation
	err := tx.NewSelect().Model(&list).Column(own...).Where("o.status = ?", Invited).
		Where("EXISTS (SELECT FROM organisation_invitations i WHERE i.organisation_id = o.id AND i.email = ?)", email).Order("id").Scan(ctx)
	if err != nil {
		return nil, fmt.Errorf("looking for an organisation that was asked before: %w", err)
	}
	for _, o := range list {
		if fold(o.Name) == fold(name) {
			return &o, nil
		}
	}
	return nil, nil
}
