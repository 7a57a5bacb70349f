package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"io"
	"os"

	"bursar/internal/allocation"
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

// exitCode is what the program ends with after an error: 2 for a malformed problem of bursar allocate, else 1.
func exitCode(err error) int {
	var malformed *allocation.Malformed
	if errors.As(err, &malformed) {
		return 2
	}
	return 1
}
