import { createRemoteJWKSet, jwtVerify } from "jose";

// accept returns the header and the claims of an access token (RFC 9068) that an issuer
// made for itself, the way a service of somebody else's would, by jose. Of the claims
// that RFC 9068 requires it leaves out client_id: people's tokens belong to no client.
export async function accept(issuer, keys, token) {
  const { protectedHeader, payload } = await jwtVerify(token, createRemoteJWKSet(new URL(keys)), {
    issuer,
    audience: issuer,
    typ: "at+jwt",
    requiredClaims: ["sub", "iat", "exp", "jti"],
  });
  return { header: protectedHeader, claims: payload };
}
