package form

import (
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// Keys are the names of questions' fields, in order.
func Keys(questions []Question) []string {
	all := make([]string, len(questions))
	for i, q := range questions {
		all[i] = q.Key
	}
	return all
}

// RankField is the name of the field with the place that one of the dates of a Runs question is given, from 1.
func RankField(question, option string) string { return question + "-" + option }

// Posted takes the answers to questions out of a form that was sent, as they were typed.
func Posted(questions []Question, posted url.Values) Answers {
	typed := Answers{}
	for _, q := range questions {
		switch q.Kind {
		case Choices:
			typed[q.Key] = Join(posted[q.Key])
		case Runs:
			typed[q.Key] = Join(inOrder(q, posted))
		default:
			typed[q.Key] = posted.Get(q.Key)
		}
	}
	return typed
}

// inOrder lists the dates that were given a place, the best first. Of two with the same place the round's order
// decides: the page then shows them as they count.
func inOrder(q Question, posted url.Values) []string {
	var chosen []string
	places := map[string]int{}
	for _, o := range q.Options {
		if n, err := strconv.Atoi(strings.TrimSpace(posted.Get(RankField(q.Key, o.Value)))); err == nil && n > 0 {
			chosen, places[o.Value] = append(chosen, o.Value), n
		}
	}
	slices.SortStableFunc(chosen, func(a, b string) int { return places[a] - places[b] })
	return chosen
}
