package content

import (
	"unicode/utf8"

	"github.com/diwan-cms/diwan/internal/markdown"
	"github.com/diwan-cms/diwan/model"
)

// Warnings returns what readers will not see of a body that stands at the path of the input. Of
// a body that is too long to be stored, that is not looked for.
func (r Rules) Warnings(body string, path ...string) []*model.Warning {
	if utf8.RuneCountInString(body) > MaxBody {
		return []*model.Warning{}
	}
	losses := r.render.Losses(body)
	warnings := make([]*model.Warning, len(losses))
	for i, loss := range losses {
		warnings[i] = &model.Warning{Code: warningCode(loss.Kind), Message: loss.Message, Path: path, Line: loss.Line, Occurrences: loss.Count}
	}
	return warnings
}

// Warnings returns what readers will not see of a body that stands at the path of the input.
func (s *Service) Warnings(body string, path ...string) []*model.Warning {
	return s.rules.Warnings(body, path...)
}

func warningCode(kind markdown.LossKind) model.WarningCode {
	switch kind {
	case markdown.LostElement:
		return model.WarningCodeElementDropped
	case markdown.LostAttribute:
		return model.WarningCodeAttributeDropped
	case markdown.LostComment:
		return model.WarningCodeCommentDropped
	case markdown.LostAnchor:
		return model.WarningCodeIDDropped
	case markdown.LostFormat:
		return model.WarningCodeShownAsSource
	}
	return model.WarningCodeMore
}
