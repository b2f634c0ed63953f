package cli

import (
	"log/slog"
	"slices"
	"strings"

	"github.com/agnivade/levenshtein"
	"github.com/alecthomas/kong"
)

// warnOfMisspelt warns of each environment variable that seems to be meant for diwan and is
// not known, with the known one that is nearest.
func warnOfMisspelt(log *slog.Logger, environ []string, model *kong.Application) {
	known := variablesOf(model.Node)
	for _, variable := range environ {
		name, value, _ := strings.Cut(variable, "=")
		if upper := strings.ToUpper(name); value != "" && strings.HasPrefix(upper, "DIWAN_") && !slices.Contains(known, name) && !isOfOthers(upper) {
			nearest := slices.MinFunc(known, func(a, b string) int {
				return levenshtein.ComputeDistance(a, upper) - levenshtein.ComputeDistance(b, upper)
			})
			log.Warn("an environment variable is not known and has no effect", "variable", name, "nearest", nearest)
		}
	}
}

// variablesOf returns the variables of all commands. DIWAN_ADMIN_TOKEN has no flag.
func variablesOf(node *kong.Node) []string {
	known := []string{"DIWAN_ADMIN_TOKEN"}
	for _, flag := range node.Flags {
		if variable := flag.Tag.Get("variable"); variable != "" {
			known = append(known, variable)
		}
	}
	for _, child := range node.Children {
		known = append(known, variablesOf(child)...)
	}
	return known
}

// isOfOthers reports whether a variable is one that Kubernetes and Docker set for a service
// that is called diwan, or one of diwan's own tests.
func isOfOthers(name string) bool {
	return name == "DIWAN_PORT" || name == "DIWAN_NAME" || slices.ContainsFunc(
		[]string{"DIWAN_PORT_", "DIWAN_SERVICE_", "DIWAN_ENV_", "DIWAN_TEST_"},
		func(prefix string) bool { return strings.HasPrefix(name, prefix) })
}
