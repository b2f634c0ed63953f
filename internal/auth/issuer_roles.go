package auth

import (
	"fmt"
	"strings"

	"github.com/diwan-cms/diwan/model"
)

// roles are what values of a claim give, nil where they are names of roles.
type roles map[string]model.Role

// parseRoles reads newsdesk=EDITOR,chief=ADMIN.
func parseRoles(list string) (roles, error) {
	if strings.TrimSpace(list) == "" {
		return nil, nil
	}
	mapped := roles{}
	for pair := range strings.SplitSeq(list, ",") {
		value, name, _ := strings.Cut(strings.TrimSpace(pair), "=")
		role := roleNamed(name)
		if value == "" || role == "" {
			return nil, fmt.Errorf("%q is none; give what stands in the claim and the role READER, CONTRIBUTOR, EDITOR or ADMIN, such as newsdesk=EDITOR,chief=ADMIN", pair)
		}
		if _, twice := mapped[value]; twice {
			return nil, fmt.Errorf("%q stands there twice", value)
		}
		mapped[value] = role
	}
	return mapped, nil
}

// of answers the highest role that the values give, empty when they give none.
func (r roles) of(values []string) (highest model.Role) {
	for _, value := range values {
		role := r[value]
		if r == nil {
			role = roleNamed(value)
		}
		if rank(role) > rank(highest) {
			highest = role
		}
	}
	return highest
}

// roleNamed is the role of that name in any case, empty when there is none that a
// credential gives.
func roleNamed(name string) model.Role {
	role := model.Role(strings.ToUpper(strings.TrimSpace(name)))
	if rank(role) == 0 {
		return ""
	}
	return role
}

// claim answers the texts of a claim, none when it is of another kind or not there.
// Dots lead into claims inside others, unless a claim has them in its own name, as
// https://example.org/roles does.
func claim(claims map[string]any, path string) (texts []string) {
	switch value := lookUp(claims, path).(type) {
	case string:
		return []string{value}
	case []any:
		for _, element := range value {
			if text, ok := element.(string); ok {
				texts = append(texts, text)
			}
		}
	}
	return texts
}

func lookUp(claims map[string]any, path string) any {
	if value, there := claims[path]; there {
		return value
	}
	for i := range path {
		if path[i] != '.' {
			continue
		}
		if inside, ok := claims[path[:i]].(map[string]any); ok {
			if value := lookUp(inside, path[i+1:]); value != nil {
				return value
			}
		}
	}
	return nil
}
