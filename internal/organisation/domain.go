package organisation

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/uptrace/bun"
	"golang.org/x/net/publicsuffix"

	"bursar/internal/audit"
	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/people"
)

// ErrSharedDomain means that the coordinators of an organisation write from domains at which people of many organisations,
// or anybody, can have an address.
var ErrSharedDomain = failure.Field("trust_domain",
	"People of many organisations share this email domain, so it cannot be trusted. Approve the organisation without it.")

// shared are the domains at which people in the United Kingdom have addresses that do not tell for whom they work: free
// mail, internet providers, and the mail service that the whole NHS uses.
var shared = strings.Fields(`
	aim.com aol.co.uk aol.com blueyonder.co.uk btconnect.com btinternet.com btopenworld.com doctors.org.uk fastmail.com gmail.com gmx.co.uk
	gmx.com googlemail.com hotmail.co.uk hotmail.com hushmail.com icloud.com live.co.uk live.com mac.com mail.com me.com msn.com nhs.net
	ntlworld.com outlook.com pm.me plus.com proton.me protonmail.com rocketmail.com sky.com talk21.com talktalk.net tiscali.co.uk tuta.com
	tutanota.com virginmedia.com yahoo.co.uk yahoo.com yahoo.ie yandex.com ymail.com zoho.com zoho.eu`)

// trustable reports whether a domain can tell that somebody works for one organisation.
func trustable(domain string) bool {
	registered, err := publicsuffix.EffectiveTLDPlusOne(domain)
	return err == nil && !slices.Contains(shared, registered)
}

func domainOf(email string) string { return email[strings.LastIndexByte(email, '@')+1:] }

// isTrusted reports whether a person writes from a domain that staff trust.
func isTrusted(ctx context.Context, tx *db.Tx, person id.Person) (bool, error) {
	p, err := people.ByID(ctx, tx, person)
	if err != nil {
		return false, err
	}
	domain := domainOf(p.Email)
	there, err := tx.NewSelect().Table("organisation_domains").Where("domain = ?", domain).Exists(ctx)
	if err != nil {
		return false, fmt.Errorf("looking for a domain: %w", err)
	}
	return there && trustable(domain), nil
}

// trust notes the domains from which the coordinators of an organisation write.
func trust(ctx context.Context, tx *db.Tx, by id.Person, o id.Organisation) error {
	members, err := Members(ctx, tx, o)
	if err != nil {
		return err
	}
	added := 0
	for _, m := range members {
		domain := domainOf(m.Email)
		if !trustable(domain) {
			continue
		}
		added++
		_, err := tx.NewRaw("INSERT INTO organisation_domains (domain, organisation_id, added_at, added_by) VALUES (?, ?, ?, ?) ON CONFLICT (domain) DO NOTHING",
			domain, o, tx.Now, by).Exec(ctx)
		if err != nil {
			return fmt.Errorf("trusting a domain: %w", err)
		}
	}
	if added == 0 {
		return ErrSharedDomain
	}
	return nil
}

// Domains lists the e-mail domains that are trusted because of an organisation, for staff.
func Domains(ctx context.Context, d bun.IDB, o id.Organisation) ([]string, error) {
	var domains []string
	err := d.NewRaw("SELECT domain FROM organisation_domains WHERE organisation_id = ? ORDER BY domain", o).Scan(ctx, &domains)
	if err != nil {
		return nil, fmt.Errorf("listing domains: %w", err)
	}
	return domains, nil
}

// Distrust makes staff look again at everybody who signs up from a domain. One that is not trusted changes nothing.
func Distrust(ctx context.Context, tx *db.Tx, by id.Person, domain string) error {
	var o id.Organisation
	err := tx.NewRaw("DELETE FROM organisation_domains WHERE domain = ? RETURNING organisation_id", strings.ToLower(strings.TrimSpace(domain))).Scan(ctx, &o)
	if db.NoRows(err) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("distrusting a domain: %w", err)
	}
	return record(ctx, tx, audit.Person(by), "domain distrusted", o, nil)
}
