package auth

import (
	"context"

	"github.com/diwan-cms/diwan/model"
)

// Action is something that requires a role. Its text begins the sentence "… requires the EDITOR role".
type Action string

// The actions.
const (
	// ReadPublished reads what is published, with --public-read=false. Otherwise it is
	// never checked.
	ReadPublished Action = "reading here"
	// SeeDrafts reads what is not published.
	SeeDrafts Action = "reading drafts"
	// SeeHistory reads earlier revisions of articles.
	SeeHistory Action = "reading the history of articles"
	// CreateArticle creates an unpublished article.
	CreateArticle Action = "creating articles"
	// EditOwnArticle changes an article that the actor created.
	EditOwnArticle Action = "editing one's own articles"
	// EditArticle changes any article, and decides what its mentions refer to.
	EditArticle Action = "editing articles"
	// SubmitOwnArticle submits an article that the actor created to the editors.
	SubmitOwnArticle Action = "submitting one's own articles"
	// TakeBackOwnArticle makes an article that the actor created, and that readers do not
	// see, a draft again.
	TakeBackOwnArticle Action = "taking one's own articles back from review"
	// SubmitArticle submits any article to the editors.
	SubmitArticle Action = "submitting articles"
	// PublishArticle publishes and unpublishes articles.
	PublishArticle Action = "publishing or unpublishing articles"
	// DeleteOwnDraft deletes an article that the actor created and that readers never saw.
	DeleteOwnDraft Action = "deleting one's own drafts that readers never saw"
	// DeleteArticle deletes articles.
	DeleteArticle Action = "deleting articles"
	// UpsertArticles creates and updates articles in bulk, published ones included.
	UpsertArticles Action = "upserting articles"
	// SetTimes says, in a bulk mutation, when nodes were published, created and changed where
	// they come from. Readers, feeds and search engines go by these times.
	SetTimes Action = "setting when something was published, created or changed"
	// EditReference writes officials, countries, topics, offices and tenures.
	EditReference Action = "writing officials, countries, topics, offices or tenures"
	// CreatePreviewLink lets others read one article that is not published.
	CreatePreviewLink Action = "making preview links"
	// Import imports files, which may say when something was written, and by whom.
	Import Action = "importing"
	// ManageTokens creates, lists and revokes access tokens.
	ManageTokens Action = "managing access tokens"
	// SeeAudit reads who changed what.
	SeeAudit Action = "reading the audit log"
	// SeeTraces reads the SQL that a request runs. In development, anybody may.
	SeeTraces Action = "tracing requests"
	// SeeMetrics reads /metrics. In development, anybody may.
	SeeMetrics Action = "reading metrics"
)

// roleFor is the policy: the role that an action requires. Higher roles may do it, too.
func roleFor(action Action) model.Role {
	switch action {
	case ReadPublished:
		return model.RoleReader
	case SeeDrafts, SeeHistory, CreateArticle, EditOwnArticle, SubmitOwnArticle, TakeBackOwnArticle, DeleteOwnDraft, CreatePreviewLink:
		return model.RoleContributor
	case EditArticle, SubmitArticle, PublishArticle, DeleteArticle, UpsertArticles, EditReference:
		return model.RoleEditor
	case Import, SetTimes, ManageTokens, SeeAudit, SeeTraces, SeeMetrics:
		return model.RoleAdmin
	}
	return model.RoleAdmin // an action that is missing above must not be open to everybody
}

// rank orders the roles. An unknown role ranks with ANONYMOUS.
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

// Can reports whether the actor of the context may perform the action. It is the only place
// that decides this.
func Can(ctx context.Context, action Action) bool {
	return rank(ActorOf(ctx).Role) >= rank(roleFor(action))
}

// May returns an error with the code FORBIDDEN when the actor of the context may not
// perform the action.
func May(ctx context.Context, action Action) error {
	if Can(ctx, action) {
		return nil
	}
	role, needed := ActorOf(ctx).Role, roleFor(action)
	if role == model.RoleAnonymous {
		return model.Forbidden("%s requires the %s role; send the header `Authorization: Bearer <token>` with a token of that role", action, needed)
	}
	return model.Forbidden("%s requires the %s role, and your token has the role %s; send another in the header `Authorization: Bearer <token>`, or ask an admin for one", action, needed, role)
}
