package gate

import (
	"fmt"
	"strings"
	"testing"

	"github.com/vektah/gqlparser/v2/ast"
	"github.com/vektah/gqlparser/v2/parser"
	"github.com/vektah/gqlparser/v2/validator"

	"github.com/diwan-cms/diwan/graph/gen"
	"github.com/diwan-cms/diwan/model"
)

// Documents that expand to very many fields are refused where there are no limits,
// too. They are measured without being expanded.
func TestExpansionWithoutLimits(t *testing.T) {
	t.Parallel()
	doubling := func(fragments int) string {
		document := fmt.Sprintf("{ ...f1 } fragment f%d on Query { id }", fragments+1)
		for i := range fragments {
			document += fmt.Sprintf(" fragment f%d on Query { ...f%d ...f%d }", i+1, i+2, i+2)
		}
		return document
	}
	if err := (limiter{}).checkDocument(doubling(15)); err != nil { // 65,535 spreads
		t.Errorf("a document of 65,535 spreads = %v, want it to pass", err)
	}
	for _, limits := range []Limits{{}, {Fields: 1_000_000}} {
		err := (limiter{Limits: limits}).checkDocument(doubling(16))
		if want := "fragments are spread 131070 times, those within fragments unfolded; spread at most 100000"; err == nil || !strings.Contains(err.Message, want) || model.CodeOf(err) != model.ErrorCodeLimitExceeded {
			t.Errorf("a fragment of 131,070 spreads under %+v = %v, want LIMIT_EXCEEDED: %s", limits, err, want)
		}
	}
}

// A fragment that spreads itself ends the measuring, for validation to refuse it.
func TestFragmentsInACircle(t *testing.T) {
	t.Parallel()
	if err := (limiter{}).checkDocument("{ ...f } fragment f on Query { id ...g } fragment g on Query { ...f }"); err != nil {
		t.Errorf("a circle = %v, want it to pass", err)
	}
}

// Errors of validation are few and short before anybody presents them: they would
// take much memory.
func TestValidationKeepsErrorsFewAndShort(t *testing.T) {
	t.Parallel()
	text := "{ " + strings.Repeat("a ", maxErrors) + `articles(first: "` + strings.Repeat("x", maxMessage) + `") { totalCount } }`
	document, err := parser.ParseQuery(&ast.Source{Input: text})
	if err != nil {
		t.Fatal(err)
	}
	schema := gen.NewExecutableSchema(gen.Config{}).Schema()
	if errs := validator.ValidateWithRules(schema, document, validation(true)); len(errs) != maxErrors {
		t.Errorf("%d unknown fields and a wrong argument = %d errors, want %d", maxErrors, len(errs), maxErrors)
	}
	document.Operations[0].SelectionSet = document.Operations[0].SelectionSet[maxErrors:]
	errs := validator.ValidateWithRules(schema, document, validation(true))
	if len(errs) != 1 || len([]rune(errs[0].Message)) != maxMessage+1 {
		t.Errorf("a wrong argument of %d letters = %v, want one error of as many letters", maxMessage, errs)
	}
}
