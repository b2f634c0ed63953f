package gate

import (
	"github.com/vektah/gqlparser/v2/gqlerror"
	"github.com/vektah/gqlparser/v2/validator/core"
	"github.com/vektah/gqlparser/v2/validator/rules"
)

const (
	// maxErrors is how many errors of a document are kept, and of a response.
	maxErrors = 1000
	// maxMessage is how many letters a message of gqlparser may have: it quotes what
	// was sent.
	maxMessage = 300
)

// validation returns the rules of GraphQL, some of them stricter than gqlparser's. Only the rules about fields suggest
// other names, and only if suggest is true: a name is compared with each name of
// the schema, and a request may hold megabytes of them.
//
// gqlgen adds a rule of its own for fields unless there is one of that name. Its
// switch for suggestions leaves three of the five rules that make some as they are.
func validation(suggest bool) *rules.Rules {
	all := rules.NewDefaultRules()
	all.ReplaceRule(rules.ValuesOfCorrectTypeRule.Name, literals(suggest))
	all.ReplaceRule(rules.VariablesInAllowedPositionRule.Name, positions)
	all.ReplaceRule(rules.SingleFieldSubscriptionsRule.Name, oneEventStream)
	all.ReplaceRule(rules.KnownArgumentNamesRule.Name, rules.KnownArgumentNamesRuleWithoutSuggestions.RuleFunc)
	all.ReplaceRule(rules.KnownTypeNamesRule.Name, rules.KnownTypeNamesRuleWithoutSuggestions.RuleFunc)
	if !suggest {
		all.ReplaceRule(rules.FieldsOnCorrectTypeRule.Name, rules.FieldsOnCorrectTypeRuleWithoutSuggestions.RuleFunc)
		all.ReplaceRule(rules.ScalarLeafsRule.Name, rules.ScalarLeafsRuleWithoutSuggestions.RuleFunc)
	}
	left := maxErrors
	for name, rule := range all.GetInner() {
		all.ReplaceRule(name, limitErrors(rule, &left))
	}
	return all
}

// Validation returns the rules by which documents are validated, for those that are
// validated before anybody sends them.
func Validation() *rules.Rules { return validation(false) }

// limitErrors lets a rule report no more errors than are left, each in a short
// message.
func limitErrors(rule core.RuleFunc, left *int) core.RuleFunc {
	return func(observers *core.Events, addError core.AddErrFunc) {
		rule(observers, func(options ...core.ErrorOption) {
			if *left == 0 {
				return
			}
			*left--
			addError(append(options, ShortenMessage)...)
		})
	}
}

// ShortenMessage cuts the message of an error that quotes too much of the request.
func ShortenMessage(err *gqlerror.Error) {
	if letters := []rune(err.Message[:min(len(err.Message), 4*maxMessage)]); len(letters) > maxMessage {
		err.Message = string(letters[:maxMessage]) + "…"
	}
}
