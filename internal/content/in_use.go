package content

import (
	"fmt"
	"strings"

	"github.com/diwan-cms/diwan/internal/store"
	"github.com/diwan-cms/diwan/model"
)

// refuseInUse returns IN_USE, with the nodes that refer to a node: "3 articles: a, b,
// c; 1 topic: d". It returns nil if there are none.
func refuseInUse(node model.NodeType, users []store.Users) error {
	var groups []string
	for _, u := range users {
		if u.Count > 0 {
			groups = append(groups, groupOf(u))
		}
	}
	if len(groups) == 0 {
		return nil
	}
	message := fmt.Sprintf("this %s is in use by %s; change or delete them first", strings.ToLower(string(node)), strings.Join(groups, "; "))
	return under(&model.Error{Code: model.ErrorCodeInUse, Message: message}, "id")
}

func groupOf(u store.Users) string {
	noun := strings.ToLower(string(u.Node))
	if u.Count != 1 {
		noun += "s"
	}
	group := fmt.Sprintf("%d %s: %s", u.Count, noun, strings.Join(u.Slugs, ", "))
	if more := u.Count - len(u.Slugs); more > 0 {
		group += fmt.Sprintf(" and %d more", more)
	}
	return group
}
