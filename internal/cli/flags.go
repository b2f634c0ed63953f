package cli

import (
	"fmt"
	"reflect"
	"regexp"
	"strings"
	"time"

	"github.com/alecthomas/kong"
)

// duration is the value of a flag that takes a time.
type duration time.Duration

// UnmarshalText parses the value of the flag.
func (d *duration) UnmarshalText(text []byte) error {
	parsed, err := time.ParseDuration(string(text))
	if err != nil || parsed < 0 {
		return fmt.Errorf("%q is no time such as 30s or 5m", text)
	}
	*d = duration(parsed)
	return nil
}

// variables resolves flags from their environment variables. Kong's own support
// reads the environment of the process, and takes an empty variable for a value;
// compose files set many variables to nothing.
func variables(getenv func(string) string) kong.ResolverFunc {
	return func(_ *kong.Context, _ *kong.Path, flag *kong.Flag) (any, error) {
		name := flag.Tag.Get("variable")
		if name == "" || getenv(name) == "" {
			return nil, nil // how a resolver says that it has no value
		}
		value := getenv(name)
		scratch := reflect.New(flag.Target.Type()).Elem()
		if err := flag.Parse(kong.Scan().PushTyped(value, kong.FlagValueToken), scratch); err != nil {
			if flag.Target.Type() == reflect.TypeFor[duration]() {
				return nil, fmt.Errorf("%s=%q is no time such as 30s or 5m", name, value)
			}
			return nil, fmt.Errorf("%s=%q is not a value for it", name, value)
		}
		return value, nil
	}
}

// withVariable appends the environment variable to the help of a flag.
func withVariable(value *kong.Value) string {
	if value.Tag.Get("variable") == "" {
		return value.Help
	}
	return value.Help + " [" + value.Tag.Get("variable") + "]"
}

// withNegatives joins a flag with the negative number behind it, which kong takes for a
// short flag: no flag of diwan is a digit.
func withNegatives(args []string) []string {
	var joined []string
	for _, arg := range args {
		if last := len(joined) - 1; last >= 0 && negative.MatchString(arg) && strings.HasPrefix(joined[last], "--") && len(joined[last]) > 2 && !strings.Contains(joined[last], "=") {
			joined[last] += "=" + arg
			continue
		}
		joined = append(joined, arg)
	}
	return joined
}

var negative = regexp.MustCompile(`^-\.?[0-9]`)
