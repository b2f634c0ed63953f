package graph_test

import (
	"strings"
	"testing"

	"github.com/diwan-cms/diwan/graph"
	"github.com/diwan-cms/diwan/graph/graphtest"
)

// Where an answer to a mutation is not complete, it says what was written all the same.
func TestErrorsAfterAWriteSayWhatWasWritten(t *testing.T) {
	t.Parallel()
	config := graphtest.Config{Actor: graphtest.Editor()}
	limits := graph.DefaultLimits()
	limits.Bytes = 200
	config.Limits = &limits
	s := newsroom.Start(t, config)
	long := strings.Repeat("long ", 100)
	answer := s.Post(t, `mutation($title: String!) { createTopic(input: {slug: "t", names: [{value: "T", language: "en"}]}) { topic { id } }
		createArticle(input: {language: "en", title: "T", body: $title}) { article { body } errors { code } } }`, graphtest.Variables{"title": long}).Body
	for _, want := range []string{`"data":null`, `"extensions":{"cost":{`, `"written":[{"id":"VG9waWM6`, "was written, in version 1; this part of the answer is missing: ", `"written":[{"id":"`, `"version":1}]`, `"code":"LIMIT_EXCEEDED"`} {
		if !strings.Contains(answer, want) {
			t.Errorf("answer = %s, want %s in it", answer, want)
		}
	}
	if answer := s.Post(t, `mutation { updateArticle(id: "QXJ0aWNsZTo5OTk5", input: {}) { article { body } errors { code } } }`, nil).Body; strings.Contains(answer, "written") {
		t.Errorf("answer = %s, want nothing about what was written", answer)
	}
}
