import * as oauth from "openid-client";
import { importJWK } from "jose";

// authentication is how a client of {id, secret} or {id, key, alg} proves who it is.
async function authentication({ method, secret, key }, change) {
  switch (method) {
    case "client_secret_basic":
      return oauth.ClientSecretBasic(secret);
    case "client_secret_post":
      return oauth.ClientSecretPost(secret);
    case "private_key_jwt":
      return oauth.PrivateKeyJwt({ key: await importJWK(key), kid: key.kid }, change && { [oauth.modifyAssertion]: change });
    default:
      throw new Error(`no method ${method}`);
  }
}

// discover finds an issuer's endpoints by its metadata (RFC 8414), for a client. What it
// signs may be changed first by change(header, claims).
export async function discover(issuer, client, change) {
  return oauth.discovery(new URL(issuer), client.id, undefined, await authentication(client, change), {
    algorithm: "oauth2",
    execute: [oauth.allowInsecureRequests], // loopback
  });
}
