package graph

import (
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

// validation are the rules of GraphQL. Only for fields, and only where suggest
// says so, do they suggest other names: what is sent would be compared with every
// name of the schema, and there may be megabytes of it.
//
// gqlgen puts its own rule for fields in where there is none of that name; its
// switch for suggestions leaves three of five rules that have some.
func validation(suggest bool) *rules.Rules {
	all := rules.NewDefaultRules()
	all.ReplaceRule(rules.ValuesOfCorrectTypeRule.Name, rules.ValuesOfCorrectTypeRuleWithoutSuggestions.RuleFunc)
	all.ReplaceRule(rules.KnownArgumentNamesRule.Name, rules.KnownArgumentNamesRuleWithoutSuggestions.RuleFunc)
	all.ReplaceRule(rules.KnownTypeNamesRule.Name, rules.KnownTypeNamesRuleWithoutSuggestions.RuleFunc)
	if !suggest {
		all.ReplaceRule(rules.FieldsOnCorrectTypeRule.Name, rules.FieldsOnCorrectTypeRuleWithoutSuggestions.RuleFunc)
		all.ReplaceRule(rules.ScalarLeafsRule.Name, rules.ScalarLeafsRuleWithoutSuggestions.RuleFunc)
	}
	left := maxFaults
	for name, rule := range all.GetInner() {
		all.ReplaceRule(name, few(rule, &left))
	}
	return all
}

const (
	// maxFaults is how many faults of a document are noted, and errors of an answer.
	maxFaults = 1000
	// maxMessage is how many letters gqlparser's messages may have: they repeat what
	// was sent.
	maxMessage = 300
)

// few is a rule that notes no more faults than are left, in few words.
func few(rule core.RuleFunc, left *int) core.RuleFunc {
	return func(observers *core.Events, addError core.AddErrFunc) {
		rule(observers, func(options ...core.ErrorOption) {
			if *left == 0 {
				return
			}
			*left--
			addError(append(options, shorten)...)
		})
	}
}

// shorten cuts a message that is too long.
func shorten(err *gqlerror.Error) {
	if letters := []rune(err.Message[:min(len(err.Message), 4*maxMessage)]); len(letters) > maxMessage {
		err.Message = string(letters[:maxMessage]) + "…"
	}
}
