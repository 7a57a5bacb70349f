package certificate_test

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"

	"bursar/internal/certificate"
)

// run reads a PDF with a program of poppler.
func run(t *testing.T, body []byte, program string, args ...string) string {
	t.Helper()
	read := exec.CommandContext(t.Context(), program, args...)
	read.Stdin = bytes.NewReader(body)
	text, err := read.Output()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(string(text)), " ")
}

func paper(t *testing.T, k *certificate.Certificate) []byte {
	t.Helper()
	body, err := k.PDF("https://book.example")
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func TestThePaperSaysEverythingOnOnePage(t *testing.T) {
	t.Parallel()
	h := taught(t)
	if err := h.names(0, "Łucja O’Reilly-Ξένια"); err != nil {
		t.Fatal(err)
	}
	h.issued(2)
	for n, want := range [][]string{
		{"Certificate of completion", "Łucja O’Reilly-Ξένια", "completed", "Days attended: 20 of 20 days"},
		{"Certificate of attendance", "Ben Cole", "attended", "Days attended: 15½ of 20 days"},
	} {
		k := h.of(n)
		body := paper(t, k)
		text := run(t, body, "pdftotext", "-layout", "-", "-")
		for _, w := range append(want, "Open Dialogue foundation", "8 to 12 March 2027; 7 to 11 June 2027; 11 to 15 October 2027; 6 to 10 December 2027",
			"Taught by Kofi Mensah", "Threshold Dialogue Training CIC", "Number "+k.Number+", issued on 11 December 2027", "https://book.example/certificates/"+k.Code) {
			if !strings.Contains(text, w) {
				t.Errorf("%q is missing in %s", w, text)
			}
		}
		if info := run(t, body, "pdfinfo", "-"); !strings.Contains(info, "Pages: 1 ") || !strings.Contains(info, "841.89 x 595.28") || !strings.Contains(info, k.Number) {
			t.Errorf("not one page of A4 across: %s", info)
		}
		if !bytes.Equal(body, paper(t, k)) {
			t.Error("it is another file each time")
		}
	}
}

func TestThePaperHoldsVeryLongNames(t *testing.T) {
	t.Parallel()
	h := taught(t)
	h.issued(2)
	k := h.of(0)
	for _, name := range []string{strings.TrimSpace(strings.Repeat("Maximiliana ", 16)), strings.Repeat("Wa", 100)} {
		k.Snapshot.Name, k.Snapshot.Course = name, strings.Repeat("A course with a long title ", 7)
		k.Snapshot.Trainers = strings.Split(strings.Repeat("Somebody With A Name,", 12), ",")
		for range 12 {
			k.Snapshot.Days = append(k.Snapshot.Days, k.Snapshot.Days[0])
		}
		body := paper(t, k)
		letters := func(s string) string { return strings.Join(strings.Fields(s), "") }
		text := letters(run(t, body, "pdftotext", "-layout", "-", "-"))
		for _, w := range []string{letters(name), letters(k.Snapshot.Course), "Number" + k.Number} {
			if !strings.Contains(text, w) {
				t.Errorf("%q is missing in %s", w, text)
			}
		}
		box := run(t, body, "pdftotext", "-bbox", "-", "-")
		if strings.Count(box, "<page ") != 1 || strings.Contains(box, `xMin="-`) || strings.Contains(box, `yMin="-`) {
			t.Errorf("words beside the page: %s", box)
		}
	}
}
