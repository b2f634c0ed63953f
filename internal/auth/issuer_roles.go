package auth

import (
	"fmt"
	"strings"

	"github.com/diwan-cms/diwan/model"
)

// roles maps the values of a claim to roles. When nil, the values are names of roles.
type roles map[string]model.Role

// parseRoles parses a list such as newsdesk=EDITOR,chief=ADMIN.
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

// highest returns the highest role that the values give, "" when they give none.
func (r roles) highest(values []string) (highest model.Role) {
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

// roleNamed returns the role with a name in any case, "" when no role that a token
// can give has that name.
func roleNamed(name string) model.Role {
	role := model.Role(strings.ToUpper(strings.TrimSpace(name)))
	if rank(role) == 0 {
		return ""
	}
	return role
}

// stringsIn returns the strings of a claim, none when it is missing or of another
// type. Dots in the path lead to claims inside others, unless they are part of a
// claim's name, as in https://example.org/roles.
func stringsIn(claims map[string]any, path string) (texts []string) {
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
