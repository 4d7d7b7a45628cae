// Package grant gives users tokens and takes them back: a short-lived access token
// (package token) and the refresh token of its family (package refresh), both of
// which die with the account that they speak for (package revocation).
//
// A [Service] puts those three together for an application whose users have ids of
// the type UID, are a U, and whose access tokens carry the claims C. What a token may
// say is decided when it is made, from the account as it is then; whether it still
// counts is asked at each request, as strictly as [Config.MaxStaleness] says.
package grant
