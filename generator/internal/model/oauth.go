package model

import (
	"strings"

	"github.com/authgen-go/authgen/spec"
)

// makers are the functions of the runtime that make the known providers.
func makers() map[string]string {
	return map[string]string{
		"google": "Google", "github": "GitHub", "gitlab": "GitLab", "microsoft": "Microsoft", "apple": "Apple",
	}
}

func buildOAuth(o *spec.OAuth) *OAuth {
	if len(o.Providers) == 0 {
		return nil
	}
	out := &OAuth{
		Table:       identitiesTableName,
		Tokens:      o.Issue == spec.IssueJWT,
		LinkByEmail: o.LinkByEmail == spec.LinkVerified,
		KeepTokens:  o.KeepTokens,
	}
	for _, p := range o.Providers {
		out.Providers = append(out.Providers, Provider{
			Name: p.Name, Env: "AUTH_OAUTH_" + strings.ToUpper(p.Name), Maker: makers()[p.Name], Issuer: p.Issuer, Scopes: p.Scopes,
		})
		out.Forms = out.Forms || p.Name == "apple"
	}
	return out
}

func buildServer(s *spec.OAuthServer) *OAuthServer {
	if s == nil {
		return nil
	}
	return &OAuthServer{ClientsTable: clientsTableName, TokenTTL: s.TokenTTL, Overlap: s.SecretOverlap}
}
