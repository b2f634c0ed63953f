package cli

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/diwan-cms/diwan/internal/app"
	"github.com/diwan-cms/diwan/model"
)

type tokenCommand struct {
	Create createTokenCommand `cmd:"" help:"Make an access token, and print it, this once."`
	List   listTokensCommand  `cmd:"" help:"List the access tokens that were not revoked, newest first."`
	Revoke revokeTokenCommand `cmd:"" help:"Make an access token worthless, at once."`
}

type createTokenCommand struct {
	databaseFlags
	Name    string     `required:"" placeholder:"NAME" help:"Whose it is; the change log names it for what they write."`
	Role    string     `required:"" placeholder:"ROLE" help:"What it may do: READER, CONTRIBUTOR, EDITOR or ADMIN."`
	Expires expiryFlag `placeholder:"TIME|DATE" help:"When it expires: after a time such as 720h, or on a date such as 2030-12-31, at midnight UTC. Default: never."`
}

// Help returns what `diwan token create --help` adds.
func (createTokenCommand) Help() string {
	return `The standard output has the token and nothing else, for scripts. Only a digest of it is kept: a token that is lost is revoked, and another made. A server that runs accepts it at once.

READER reads what is published, CONTRIBUTOR also reads drafts and creates articles, EDITOR does everything editorial, and ADMIN also manages tokens.`
}

// Run creates the token.
func (c *createTokenCommand) Run(ctx context.Context, out *console) error {
	secret, token, err := app.CreateToken(ctx, c.config(out), c.Name, model.Role(strings.ToUpper(c.Role)), c.Expires.from(time.Now()))
	if err != nil {
		return sentences(err)
	}
	fmt.Fprintln(out.Stdout, secret)
	fmt.Fprintf(out.Stderr, "Token for %q, role %s, %s. It is shown only this once; its id is %s.\n",
		token.Name, token.Role, until(token), token.ID())
	return nil
}

// sentences reduces the errors of an input to what is wrong, without the path in the
// input of a mutation.
func sentences(err error) error {
	wrong, ok := errors.AsType[model.Errors](err)
	if !ok {
		return err
	}
	list := make([]string, len(wrong))
	for i, one := range wrong {
		list[i] = one.Message
	}
	return errors.New(strings.Join(list, "; "))
}

func until(t *model.AccessToken) string {
	if t.ExpiresAt == nil {
		return "never expires"
	}
	return "expires on " + t.ExpiresAt.Time().Format(time.DateTime) + " UTC"
}

// expiryFlag is the value of a flag that takes a time from now, or an instant.
type expiryFlag struct {
	in time.Duration
	on *model.DateTime
}

// UnmarshalText parses the value of the flag.
func (f *expiryFlag) UnmarshalText(text []byte) error {
	if in, err := time.ParseDuration(string(text)); err == nil && in > 0 {
		f.in = in
		return nil
	}
	instant := string(text)
	if _, err := model.ParseDate(instant); err == nil {
		instant += "T00:00:00Z"
	}
	on, err := model.ParseDateTime(instant)
	if err != nil {
		return fmt.Errorf("%q is neither a time such as 720h nor a date such as 2030-12-31", text)
	}
	f.on = &on
	return nil
}

// from returns the instant of expiry, nil for never.
func (f expiryFlag) from(now time.Time) *model.DateTime {
	if f.in == 0 {
		return f.on
	}
	at := model.At(now.Add(f.in))
	return &at
}

type listTokensCommand struct{ databaseFlags }

// Help returns what `diwan token list --help` adds.
func (listTokensCommand) Help() string {
	return "Times are UTC; the last use is right to within an hour. The token in DIWAN_ADMIN_TOKEN is not among them: it is stored nowhere."
}

// Run prints the tokens as a table.
func (c *listTokensCommand) Run(ctx context.Context, out *console) error {
	tokens, err := app.Tokens(ctx, c.config(out))
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(out.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(table, "ID\tROLE\tCREATED\tEXPIRES\tLAST USED\tNAME")
	for _, t := range tokens {
		expires := minute(t.ExpiresAt)
		if t.Expired(model.At(time.Now())) {
			expires += " (expired)"
		}
		fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\n", t.ID(), t.Role, minute(&t.CreatedAt), expires, minute(t.LastUsedAt), t.Name)
	}
	return table.Flush()
}

// minute writes an instant for people, in UTC.
func minute(at *model.DateTime) string {
	if at == nil {
		return "never"
	}
	return at.Time().Format("2006-01-02 15:04")
}

type revokeTokenCommand struct {
	databaseFlags
	ID string `arg:"" help:"The token, by the id that diwan token list shows."`
}

// Run revokes the token.
func (c *revokeTokenCommand) Run(ctx context.Context, out *console) error {
	id, err := model.ParseID(c.ID)
	if err != nil {
		return fmt.Errorf("%.40q is not the id of a token; give the one that diwan token list shows", c.ID)
	}
	if err := app.RevokeToken(ctx, c.config(out), id); err != nil {
		return sentences(err)
	}
	fmt.Fprintf(out.Stderr, "%s is revoked: it is accepted no more.\n", id)
	return nil
}
