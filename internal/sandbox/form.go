package sandbox

import (
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
)

// form is a request's parameters in Stripe's notation: "line_items[0][price_data][currency]".
type form url.Values

func (f form) text(key string) string { return url.Values(f).Get(key) }

// need gives a parameter that may not be missing or empty.
func (f form) need(key string) (string, *refusal) {
	if f.text(key) == "" {
		r := invalid(key, "Missing required param: "+key+".")
		r.Code = "parameter_missing"
		return "", r
	}
	return f.text(key), nil
}

// number gives a whole number, or otherwise where there is none.
func (f form) number(key string, otherwise int64) (int64, *refusal) {
	if f.text(key) == "" {
		return otherwise, nil
	}
	n, err := strconv.ParseInt(f.text(key), 10, 64)
	if err != nil {
		r := invalid(key, "Invalid integer: "+f.text(key))
		r.Code = "parameter_invalid_integer"
		return 0, r
	}
	return n, nil
}

// group gives the parameters "name[…]" by what stands in the brackets, with Stripe's limits for metadata
// (https://docs.stripe.com/api/metadata).
func (f form) group(name string) (map[string]string, *refusal) {
	out := map[string]string{}
	for key := range f {
		if !strings.HasPrefix(key, name+"[") || !strings.HasSuffix(key, "]") {
			continue
		}
		inner := key[len(name)+1 : len(key)-1]
		if len(inner) > 40 || len(f.text(key)) > 500 {
			return nil, invalid(key, "Metadata keys can have up to 40 characters and values up to 500.")
		}
		out[inner] = f.text(key)
	}
	if len(out) > 50 {
		return nil, invalid(name, "Metadata can have up to 50 keys.")
	}
	return out, nil
}

// all gives the values of "name[0]", "name[1]" and so on, or of "name[]".
func (f form) all(name string) []string {
	out := url.Values(f)[name+"[]"]
	for i := 0; ; i++ {
		v, ok := f[fmt.Sprintf("%s[%d]", name, i)]
		if !ok {
			return out
		}
		out = append(out, v...)
	}
}

// only refuses parameters that Stripe, or this stand-in for it, does not know. A name ending in "[" allows all
// that begin with it; every address takes "expand".
func (f form) only(names ...string) *refusal {
	known := map[string]bool{}
	for _, name := range names {
		known[name] = true
	}
	for key := range f {
		if known[key] || strings.HasPrefix(key, "expand[") {
			continue
		}
		begins := false
		for name := range known {
			begins = begins || strings.HasSuffix(name, "[") && strings.HasPrefix(key, name)
		}
		if !begins {
			r := invalid(key, "Received unknown parameter: "+key)
			r.Code = "parameter_unknown"
			return r
		}
	}
	return nil
}

// refusal is an error as Stripe writes it (https://docs.stripe.com/api/errors).
type refusal struct {
	status  int
	kept    bool   // under the idempotency key: the endpoint had begun its work
	Type    string `json:"type"`
	Code    string `json:"code,omitempty"`
	Param   string `json:"param,omitempty"`
	Message string `json:"message"`

	DeclineCode   string         `json:"decline_code,omitempty"`
	PaymentIntent map[string]any `json:"payment_intent,omitempty"` // which the bank refused: it stands
}

// invalid refuses a parameter before anything is done.
func invalid(param, message string) *refusal {
	return &refusal{status: http.StatusBadRequest, Type: "invalid_request_error", Param: param, Message: message}
}

// impossible refuses what cannot be done to a thing in its state.
func impossible(code, message string) *refusal {
	return &refusal{
		status: http.StatusBadRequest, kept: true, Type: "invalid_request_error", Code: code, Message: message,
	}
}

// missing says that there is no such thing: 404 where the address names it, else 400.
func missing(status int, kind, param, id string) *refusal {
	return &refusal{
		status: status, Type: "invalid_request_error", Code: "resource_missing", Param: param,
		Message: fmt.Sprintf("No such %s: '%s'", kind, id),
	}
}
