// Package page is what the web's audiences share: a handler that returns an error, forms bound to structs
// with a sentence for every mistake, typed pages rendered from templates, notices carried over a redirect,
// and lists in portions. A handler reads its input, does one read or one write, and renders or redirects.
//
// What always holds: a page is rendered whole before its first byte is sent; a form with a mistake comes back
// with every word kept, status 422; an error that nobody classified is logged with the request's id and shown
// as one fixed sentence.
package page
