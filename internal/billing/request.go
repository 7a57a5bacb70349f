package billing

import (
	"context"
	"fmt"
	"time"

	"github.com/uptrace/bun"

	"bursar/internal/db"
	"bursar/internal/failure"
	"bursar/internal/id"
	"bursar/internal/state"
)

// ErrRequestUnknown means that there is no such request to pay, or that it is for somebody else.
var ErrRequestUnknown = failure.New(failure.NotFound, "pay_request_unknown", "We cannot find that request.")

// RequestStatus says how a request to pay was answered.
type RequestStatus string

// The statuses of a request to pay.
const (
	RequestAsked     RequestStatus = "asked"
	RequestAgreed    RequestStatus = "agreed"
	RequestDeclined  RequestStatus = "declined"
	RequestTakenBack RequestStatus = "taken_back"
)

var requestMoves = state.Moves[RequestStatus]{
	RequestAsked:     {RequestAgreed, RequestDeclined, RequestTakenBack},
	RequestAgreed:    nil,
	RequestDeclined:  nil,
	RequestTakenBack: nil,
}

// RequestStatuses lists every status of a request to pay in alphabetical order.
func RequestStatuses() []RequestStatus { return requestMoves.Statuses() }

// PayRequest asks an organisation to pay a part of places, on behalf of another organisation or of whoever sits there.
type PayRequest struct {
	bun.BaseModel `bun:"table:pay_requests"`

	ID             id.PayRequest   `bun:"id,pk,autoincrement"`
	Code           string          `bun:"code"`
	OrganisationID id.Organisation `bun:"organisation_id"` // who is asked
	Email          string          `bun:"email"`           // of whom there
	Contact        string          `bun:"contact"`
	AskedBy        id.Person       `bun:"asked_by"`
	AskedFor       id.Organisation `bun:"asked_for,nullzero"` // zero: whoever sits there asks
	TeamID         id.TeamBooking  `bun:"team_booking_id,nullzero"`
	EnrolmentID    id.Enrolment    `bun:"enrolment_id,nullzero"` // the one place that whoever sits there asks about
	Message        string          `bun:"message"`
	Status         RequestStatus   `bun:"status"`
	Answer         string          `bun:"answer"`
	CreatedAt      time.Time       `bun:"created_at"`
	AnsweredAt     time.Time       `bun:"answered_at,nullzero"`
	AnsweredBy     id.Person       `bun:"answered_by,nullzero"`
}

// requestColumns are those that the organisation which is asked may see.
const requestColumns = "id, code, organisation_id, email, contact, asked_for, team_booking_id, message, status, answer, created_at, answered_at"

// AskForPayment writes down a request to pay.
func AskForPayment(ctx context.Context, tx *db.Tx, r PayRequest) (*PayRequest, error) {
	r.Code, r.Status, r.CreatedAt = id.Code(), RequestAsked, tx.Now
	if _, err := tx.NewInsert().Model(&r).Exec(ctx); err != nil {
		return nil, fmt.Errorf("asking an organisation to pay: %w", err)
	}
	return &r, nil
}

// RequestByCode reads a request to pay, or returns ErrRequestUnknown. Row security shows an organisation's people those to
// their own.
func RequestByCode(ctx context.Context, d bun.IDB, code string) (*PayRequest, error) {
	return scanRequest(ctx, d.NewRaw("SELECT "+requestColumns+" FROM pay_requests WHERE code = ?", id.NormaliseCode(code)))
}

// RequestOf reads what an organisation is asked to pay by its code, or returns ErrRequestUnknown.
func RequestOf(ctx context.Context, d bun.IDB, of id.Organisation, code string) (*PayRequest, error) {
	return scanRequest(ctx, d.NewRaw("SELECT "+requestColumns+" FROM pay_requests WHERE organisation_id = ? AND code = ?", of, id.NormaliseCode(code)))
}

// OpenRequests lists what an organisation is asked to pay and has not answered, the oldest first.
func OpenRequests(ctx context.Context, d bun.IDB, of id.Organisation) ([]PayRequest, error) {
	var list []PayRequest
	err := d.NewRaw("SELECT "+requestColumns+" FROM pay_requests WHERE organisation_id = ? AND status = 'asked' ORDER BY id LIMIT 100", of).Scan(ctx, &list)
	return list, err
}

// RequestsFor lists what others were asked to pay of a place, latest first.
func RequestsFor(ctx context.Context, d bun.IDB, place id.Enrolment) ([]PayRequest, error) {
	var list []PayRequest
	err := d.NewRaw(`SELECT r.* FROM pay_requests r WHERE r.enrolment_id = ? OR r.id IN (SELECT pay_request_id FROM shares WHERE enrolment_id = ?)
		ORDER BY r.id DESC LIMIT 50`, place, place).Scan(ctx, &list)
	return list, err
}

// AskedSince is how often a person has asked for their own places since an instant.
func AskedSince(ctx context.Context, d bun.IDB, person id.Person, since time.Time) (n int, err error) {
	err = d.NewRaw("SELECT count(*) FROM pay_requests WHERE asked_by = ? AND asked_for IS NULL AND created_at > ?", person, since).Scan(ctx, &n)
	return n, err
}

// LockRequest loads a request to pay for change, or returns ErrRequestUnknown. The places it is about come before it.
func LockRequest(ctx context.Context, tx *db.Tx, code string) (*PayRequest, error) {
	return scanRequest(ctx, tx.NewRaw("SELECT * FROM pay_requests WHERE code = ? FOR UPDATE", id.NormaliseCode(code)))
}

func scanRequest(ctx context.Context, q *bun.RawQuery) (*PayRequest, error) {
	r := new(PayRequest)
	if err := q.Scan(ctx, r); err != nil {
		if db.NoRows(err) {
			return nil, ErrRequestUnknown
		}
		return nil, fmt.Errorf("reading a request to pay: %w", err)
	}
	return r, nil
}

// AnswerRequest ends a locked request to pay. It returns state.ErrMovedOn when it was answered before.
func AnswerRequest(ctx context.Context, tx *db.Tx, r *PayRequest, by id.Person, to RequestStatus, words string) error {
	if err := requestMoves.Allow(r.Status, to); err != nil {
		return fmt.Errorf("request %s: %w", r.Code, err)
	}
	r.Status, r.Answer, r.AnsweredAt, r.AnsweredBy = to, words, tx.Now, by
	_, err := tx.NewUpdate().Model(r).Column("organisation_id", "status", "answer", "answered_at", "answered_by").WherePK().Exec(ctx)
	return err
}

// EndRequest ends a request to pay that was not answered, once none of its places stands any more: they ended in the same
// unit of work.
func EndRequest(ctx context.Context, tx *db.Tx, which id.PayRequest) error {
	_, err := tx.NewRaw(`
		UPDATE pay_requests SET status = ?, answered_at = ?
		WHERE id = ? AND status = ? AND NOT EXISTS (SELECT FROM shares WHERE pay_request_id = pay_requests.id AND kept IS NULL)`,
		RequestTakenBack, tx.Now, which, RequestAsked).Exec(ctx)
	if err != nil {
		return fmt.Errorf("ending a request to pay: %w", err)
	}
	return nil
}
