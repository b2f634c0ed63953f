package auth

import (
	"context"

	"github.com/diwan-cms/diwan/model"
)

// Action is something that not everyone may do. Its text completes "to …".
type Action string

// The actions.
const (
	// ReadPublished reads what is published, where --public-read=false. Elsewhere
	// nobody is asked for it.
	ReadPublished Action = "read here"
	// SeeDrafts reads what is not published.
	SeeDrafts Action = "see drafts"
	// SeeHistory reads what articles were before.
	SeeHistory Action = "see the history of articles"
	// CreateArticle writes a new article that is not published.
	CreateArticle Action = "create articles"
	// EditOwnArticle changes an article that one has created.
	EditOwnArticle Action = "edit one's own articles"
	// EditArticle changes any article, and decides what its text names.
	EditArticle Action = "edit articles"
	// SubmitOwnArticle hands an article that one has created to the editors.
	SubmitOwnArticle Action = "submit one's own articles"
	// SubmitArticle hands any article to the editors.
	SubmitArticle Action = "submit articles"
	// PublishArticle shows articles to readers, and hides them.
	PublishArticle Action = "publish and unpublish articles"
	// DeleteArticle deletes articles.
	DeleteArticle Action = "delete articles"
	// UpsertArticles writes articles in bulk, published ones included.
	UpsertArticles Action = "upsert articles"
	// EditReference writes officials, countries, topics, offices and tenures.
	EditReference Action = "write officials, countries, topics, offices and tenures"
	// CreatePreviewLink lets others see one article that is not published.
	CreatePreviewLink Action = "make preview links"
	// Import writes what files say.
	Import Action = "import"
	// ManageTokens makes, lists and revokes access tokens.
	ManageTokens Action = "manage access tokens"
	// SeeAudit reads who changed what.
	SeeAudit Action = "see the audit log"
	// SeeTraces is told the SQL that a request runs. In development everybody is.
	SeeTraces Action = "see what a request takes"
	// SeeMetrics reads /metrics. In development everybody may.
	SeeMetrics Action = "see metrics"
)

// least is the policy: the role that an action takes. Roles above it may, too.
func least(action Action) model.Role {
	switch action {
	case ReadPublished:
		return model.RoleReader
	case SeeDrafts, SeeHistory, CreateArticle, EditOwnArticle, SubmitOwnArticle, CreatePreviewLink:
		return model.RoleContributor
	case EditArticle, SubmitArticle, PublishArticle, DeleteArticle, UpsertArticles, EditReference, Import:
		return model.RoleEditor
	case ManageTokens, SeeAudit, SeeTraces, SeeMetrics:
		return model.RoleAdmin
	}
	return model.RoleAdmin // an action that was forgotten here is not for everybody
}

// rank orders the roles. What is none of them has the rank of ANONYMOUS.
func rank(role model.Role) int {
	switch role {
	case model.RoleReader:
		return 1
	case model.RoleContributor:
		return 2
	case model.RoleEditor:
		return 3
	case model.RoleAdmin:
		return 4
	}
	return 0
}

// May is the one place that decides who may do what: it answers FORBIDDEN when the
// actor of the context may not.
func May(ctx context.Context, action Action) error {
	role, needed := ActorOf(ctx).Role, least(action)
	if rank(role) >= rank(needed) {
		return nil
	}
	if role == model.RoleAnonymous {
		return model.Forbidden("to %s takes the role %s; send the header `Authorization: Bearer <token>` with a token of that role", action, needed)
	}
	return model.Forbidden("to %s takes the role %s, and the token that was sent has %s; send another in the header `Authorization: Bearer <token>`, or ask an admin for one", action, needed, role)
}
