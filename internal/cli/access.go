package cli

import "github.com/diwan-cms/diwan/internal/app"

// accessFlags say who is let in.
type accessFlags struct {
	PublicRead bool `default:"true" negatable:"" variable:"DIWAN_PUBLIC_READ" help:"Let everybody read what is published. Default: yes; --no-public-read or --public-read=false asks for a token of the role READER or above."`
}

// admit puts what the flags say into the configuration.
func (f accessFlags) admit(config *app.Config) {
	config.PrivateRead = !f.PublicRead
}
