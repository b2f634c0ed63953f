package graphtest

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
)

// fill writes the newsroom: the countries; the topic elections below politics; the
// official amina-idrissi, prime minister of Morocco since 2021, and omar-alami, who
// never held an office; the articles first, second and third about them, the last in
// French, all published, and the draft fourth.
func (s *Server) fill() error {
	ctx := context.Background()
	if err := s.Service.LoadCountries(ctx); err != nil {
		return err
	}
	ids := map[string]string{}
	for _, step := range []struct{ name, operation string }{
		{"morocco", `query { country(by: {code: "MA"}) { id } }`},
		{"politics", `mutation { createTopic(input: {slug: "politics", names: [{language: "en", value: "Politics"}, {language: "ar", value: "سياسة"}]}) { topic { id } errors { message } } }`},
		{"elections", `mutation { createTopic(input: {slug: "elections", names: [{language: "en", value: "Elections"}], parent: "$politics"}) { topic { id } errors { message } } }`},
		{"office", `mutation { createOffice(input: {slug: "prime-minister", titles: [{language: "en", value: "Prime Minister of Morocco"}], kind: HEAD_OF_GOVERNMENT, country: "$morocco"}) { office { id } errors { message } } }`},
		{"amina", `mutation { createOfficial(input: {slug: "amina-idrissi", names: [{language: "en", value: "Amina Idrissi"}], country: "$morocco"}) { official { id } errors { message } } }`},
		{"omar", `mutation { createOfficial(input: {slug: "omar-alami", names: [{language: "en", value: "Omar Alami"}], aliases: [{language: "en", text: "O. Alami"}]}) { official { id } errors { message } } }`},
		{"tenure", `mutation { createTenure(input: {official: "$amina", office: "$office", startedOn: "2021-10-07"}) { tenure { id } errors { message } } }`},
		{"first", `mutation { createArticle(input: {slug: "first", language: "en", title: "First", body: "Amina Idrissi met Omar Alami.", officials: ["$amina", "$omar"], countries: ["$morocco"], topics: ["$elections"], publish: true}) { article { id } errors { message } } }`},
		{"second", `mutation { createArticle(input: {slug: "second", language: "en", title: "Second", summary: "A lead.", officials: ["$amina"], topics: ["$elections"], publish: true}) { article { id } errors { message } } }`},
		{"third", `mutation { createArticle(input: {slug: "third", language: "fr", title: "Troisième", topics: ["$politics"], translationOf: "$first", publish: true}) { article { id } errors { message } } }`},
		{"fourth", `mutation { createArticle(input: {slug: "fourth", language: "en", title: "Fourth"}) { article { id } errors { message } } }`},
	} {
		operation := step.operation
		for name, id := range ids {
			operation = strings.ReplaceAll(operation, `"$`+name+`"`, `"`+id+`"`)
		}
		answer, err := s.post(ctx, operation, nil)
		if err != nil {
			return err
		}
		if ids[step.name] = idIn(answer.Data); ids[step.name] == "" {
			return fmt.Errorf("write %s: %s", step.name, answer.Body)
		}
	}
	return nil
}

// idIn returns the one id that stands in the data.
func idIn(data json.RawMessage) string {
	_, after, _ := strings.Cut(string(data), `"id":"`)
	id, _, _ := strings.Cut(after, `"`)
	return id
}
