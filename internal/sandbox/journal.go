package sandbox

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"syscall"
)

// journal is a file of changes, one JSON line each, only ever added to. A line is written by a single call, so
// a killed process leaves at most its last line torn.
type journal struct {
	file *os.File
	size int64
}

// openJournal replays the file's changes and opens it for more. A torn last line was never answered for and is
// cut off; damage anywhere else is an error. One process has the file at a time: the lock goes with it, however it
// ends.
func openJournal(path string, apply func(change)) (*journal, error) {
	file, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, fmt.Errorf("opening the sandbox's journal: %w", err)
	}
	if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		return nil, errors.Join(fmt.Errorf("another process is using %s: stop it, or set BURSAR_DATA to another folder", path), file.Close())
	}
	j := &journal{file: file}
	if err := j.replay(apply); err != nil {
		return nil, errors.Join(fmt.Errorf("reading the sandbox's journal %s: %w", path, err), file.Close())
	}
	if err := j.rewind(); err != nil {
		return nil, errors.Join(fmt.Errorf("mending the sandbox's journal %s: %w", path, err), file.Close())
	}
	return j, nil
}

func (j *journal) replay(apply func(change)) error {
	lines := bufio.NewReader(j.file)
	for number := 1; ; number++ {
		line, err := lines.ReadBytes('\n')
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		var c change
		if err := json.Unmarshal(line, &c); err != nil {
			return fmt.Errorf("line %d: %w", number, err)
		}
		apply(c)
		j.size += int64(len(line))
	}
}

// rewind cuts off whatever follows the last whole line.
func (j *journal) rewind() error {
	if err := j.file.Truncate(j.size); err != nil {
		return err
	}
	_, err := j.file.Seek(j.size, io.SeekStart)
	return err
}

// append adds a change. The file is not synchronised: what is written survives the end of the process, and a
// demo need not survive the end of the machine.
func (j *journal) append(c change) error {
	line, err := json.Marshal(c)
	if err != nil {
		return fmt.Errorf("encoding a change: %w", err)
	}
	n, err := j.file.Write(append(line, '\n'))
	if err != nil {
		return errors.Join(fmt.Errorf("writing the sandbox's journal: %w", err), j.rewind())
	}
	j.size += int64(n)
	return nil
}

func (j *journal) close() error { return j.file.Close() }
