package people

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"math/big"
)

// newToken is 256 random bits as 43 characters that are safe in an address and a cookie.
func newToken() string {
	var b [32]byte
	_, _ = rand.Read(b[:]) // never fails: crypto/rand.Read aborts the program instead
	return base64.RawURLEncoding.EncodeToString(b[:])
}

// hashToken is what is stored of a token. SHA-256 without salt is enough: nobody can guess 256 random bits.
func hashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}

// newCode is a uniformly random code of six digits.
func newCode() string {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000))
	if err != nil {
		panic(err) // crypto/rand never fails
	}
	return fmt.Sprintf("%06d", n)
}

// hashCode is what is stored of a code. The request key makes it as hard to guess from the database as a
// token, and worth nothing to a browser that does not hold the key.
func hashCode(requestKey, code string) []byte {
	return hashToken(requestKey + ":" + code)
}

// onlyDigits drops the spaces and dashes that mail programs and people put between digits.
func onlyDigits(typed string) string {
	digits := make([]byte, 0, 6)
	for i := range len(typed) {
		switch c := typed[i]; {
		case c >= '0' && c <= '9':
			digits = append(digits, c)
		case c != ' ' && c != '-':
			return ""
		}
	}
	return string(digits)
}
