// Is a client that goes wrong, by openid-client: {issuer, client, scope?, changes?} ->
// for each of the changes, which are made to its assertion, how the request ends: its
// status, and the error or the schemes that the server challenges for
import * as oauth from "openid-client";
import { discover } from "./client.mjs";
import { report, task } from "./task.mjs";

const { issuer, client, scope, changes } = await task();

async function ask(change) {
  const config = await discover(issuer, client, change && ((header, claims) => Object.assign(claims, change)));
  try {
    await oauth.clientCredentialsGrant(config, scope === undefined ? {} : { scope });
    return { status: 200 };
  } catch (err) {
    if (err instanceof oauth.ResponseBodyError) return { status: err.status, error: err.error };
    if (err instanceof oauth.WWWAuthenticateChallengeError) {
      return { status: err.status, schemes: err.cause.map(({ scheme }) => scheme) };
    }
    throw err;
  }
}

const ends = [];
for (const change of changes ?? [null]) ends.push(await ask(change));
report(ends);
