package people

import (
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"
)

const (
	totpPeriod  = 30 // seconds of a step (RFC 6238 §5.2)
	totpSkew    = 1  // steps before and after now that are taken too
	totpMisses  = 5  // wrong codes in a row
	missesCount = 15 * time.Minute
)

// factor is a row of person_totps.
type factor struct {
	Secret      []byte
	ConfirmedAt *time.Time
	LastStep    int64
	Misses      int
	MissedAt    *time.Time
}

// shut reports whether too many codes were wrong just now.
func (f factor) shut(now time.Time) bool {
	return f.Misses >= totpMisses && f.MissedAt != nil && now.Sub(*f.MissedAt) < missesCount
}

// miss counts a wrong code; those of long ago are forgotten.
func (f *factor) miss(now time.Time) {
	if f.MissedAt == nil || now.Sub(*f.MissedAt) >= missesCount {
		f.Misses = 0
	}
	f.Misses++
	f.MissedAt = &now
}

// accept finds the step of a right code that is later than the last one used, and notes it: a code that
// somebody saw being typed is worth nothing.
func (f *factor) accept(seed []byte, code string, now time.Time) (bool, error) {
	if len(code) != otp.DigitsSix.Length() {
		return false, nil
	}
	current := now.Unix() / totpPeriod
	for step := current - totpSkew; step <= current+totpSkew; step++ {
		if step <= f.LastStep {
			continue
		}
		right, err := hotp.ValidateCustom(code, uint64(step), base32Of(seed), hotp.ValidateOpts{Digits: otp.DigitsSix})
		if err != nil {
			return false, fmt.Errorf("checking a one-time code: %w", err)
		}
		if right {
			f.LastStep, f.Misses, f.MissedAt = step, 0, nil
			if f.ConfirmedAt == nil {
				f.ConfirmedAt = &now
			}
			return true, nil
		}
	}
	return false, nil
}

// newSeed is 160 random bits, the length that RFC 4226 §4 recommends.
func newSeed() []byte {
	b := make([]byte, 20)
	_, _ = rand.Read(b) // never fails: crypto/rand.Read aborts the program instead
	return b
}

func base32Of(seed []byte) string {
	return base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(seed)
}

// keyOf is a seed in the form that authenticator apps read.
func keyOf(seed []byte, issuer, account string) (*otp.Key, error) {
	key, err := totp.Generate(totp.GenerateOpts{Issuer: issuer, AccountName: account, Secret: seed, Period: totpPeriod})
	if err != nil {
		return nil, fmt.Errorf("describing a second factor: %w", err)
	}
	return key, nil
}
