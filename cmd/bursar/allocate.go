package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"os"

	"bursar/internal/allocation"
	"bursar/internal/mail"
)

type allocate struct{}

// Run reads a problem and writes its plan.
func (allocate) Run() error { return plan(os.Stdin, os.Stdout) }

func plan(from io.Reader, to io.Writer) error {
	problem, err := allocation.Decode(bufio.NewReader(from))
	if err != nil {
		return err
	}
	result, err := allocation.Plan(problem)
	if err != nil {
		return err
	}
	out := bufio.NewWriter(to)
	return errors.Join(json.NewEncoder(out).Encode(result), out.Flush())
}

// exitCode is what the program ends with after an error: 2 for a malformed problem of bursar allocate, 65 for what is no report of
// bursar bounce, so that the mail server keeps it for a person (EX_DATAERR of sysexits.h), else 1.
func exitCode(err error) int {
	if errors.Is(err, mail.ErrNoReport) || errors.Is(err, mail.ErrNotFound) {
		return 65
	}
	var malformed *allocation.Malformed
	if errors.As(err, &malformed) {
		return 2
	}
	return 1
}
