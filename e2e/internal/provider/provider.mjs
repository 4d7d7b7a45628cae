// An OpenID provider, by oidc-provider, where anybody logs in under any name with any
// password, on its own pages for development. Its standard input brings, in a line of
// JSON, {id, secret, callback} of its one client; it prints its issuer once it listens
// on loopback, and ends when its standard input does.
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { createInterface } from "node:readline";
import { exportJWK, generateKeyPair } from "jose";
import { Provider } from "oidc-provider";

const input = createInterface({ input: process.stdin });
input.on("close", () => process.exit());
const { id, secret, callback } = JSON.parse((await once(input, "line"))[0]);

const { privateKey } = await generateKeyPair("RS256", { extractable: true });
const server = createServer().listen(0, "127.0.0.1");
await once(server, "listening");
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [{
    client_id: id,
    client_secret: secret,
    redirect_uris: [callback],
    grant_types: ["authorization_code"],
    response_types: ["code"],
    token_endpoint_auth_method: "client_secret_basic",
  }],
  clientAuthMethods: ["client_secret_basic"],
  pkce: { required: () => true },
  claims: { openid: ["sub"], email: ["email", "email_verified"], profile: ["name"] },
  findAccount: (_, accountId) => ({
    accountId,
    claims: () => ({ sub: accountId, name: accountId, email: `${accountId}@example.com`, email_verified: true }),
  }),
  features: { devInteractions: { enabled: true } },
  jwks: { keys: [{ ...(await exportJWK(privateKey)), alg: "RS256", use: "sig" }] },
  cookies: { keys: [randomBytes(32).toString("base64url")] },
});
provider.on("server_error", (_, err) => {
  console.error(err);
  process.exitCode = 1;
});
server.on("request", provider.callback());
console.log(issuer);
