package sandbox

import "net/http"

// authentication gives the page on which the bank asks whether it is really the holder, while it asks.
func (s *Sandbox) authentication(r *http.Request) view {
	page, v := s.findPage(r)
	s.mu.Lock()
	defer s.mu.Unlock()
	if v.Kind == "open" && s.world.intents.byID[page.Intent].Status == intentAsks {
		v.Kind, v.Title, v.Problem = "authenticate", "Your bank asks: is it you?", ""
	}
	return v
}

func (s *Sandbox) showAuthentication(w http.ResponseWriter, r *http.Request) {
	v := s.authentication(r)
	if v.Kind != "authenticate" && v.status == http.StatusOK {
		http.Redirect(w, r, v.Base, http.StatusSeeOther)
		return
	}
	v.write(w)
}

func (s *Sandbox) submitAuthentication(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, bodyLimit)
	page, v := s.findPage(r)
	switch {
	case v.status != http.StatusOK:
		v.write(w)
	case s.authenticate(page.ID, r.PostFormValue("answer") == "approve"):
		http.Redirect(w, r, v.Return, http.StatusSeeOther)
	default:
		http.Redirect(w, r, v.Base, http.StatusSeeOther)
	}
}

// authenticate ends the bank's question and says whether the page is paid now.
func (s *Sandbox) authenticate(id string, approved bool) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.catchUp()
	page, now := s.world.sessions.byID[id], s.o.Now()
	pi := s.world.intents.byID[page.Intent]
	if pi.Status != intentAsks {
		return false
	}
	if !approved {
		_ = s.commit(s.refuse(now, page, pi, notAuthenticated)) // else the bank still asks
		return false
	}
	return s.commit(s.payWith(now, page, pi, CardPays)) == nil
}

// submitBank plays the bank that answers to a debit, which a person trying the demo need not wait for.
func (s *Sandbox) submitBank(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, bodyLimit)
	page, v := s.findPage(r)
	if v.status == http.StatusOK {
		_ = s.Settle(page.ID, r.PostFormValue("answer") == "confirm") // settled already: the page says how
		http.Redirect(w, r, v.Base, http.StatusSeeOther)
		return
	}
	v.write(w)
}
