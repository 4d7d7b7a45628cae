// Is a machine, by openid-client, that knows the issuer alone and finds the rest:
// {issuer, client, api} -> what it got, and what became of it
import * as oauth from "openid-client";
import { discover } from "./client.mjs";
import { report, task } from "./task.mjs";
import { accept } from "./accept.mjs";

const { issuer, client, api } = await task();
const config = await discover(issuer, client);
const metadata = config.serverMetadata();

const granted = await oauth.clientCredentialsGrant(config);
const token = granted.access_token;
const { header, claims } = await accept(issuer, metadata.jwks_uri, token);

const call = async () => (await oauth.fetchProtectedResource(config, token, new URL(api), "GET")).status;
const used = await call();
const live = await oauth.tokenIntrospection(config, token);
await oauth.tokenRevocation(config, token);
const ended = await oauth.tokenIntrospection(config, token);
const usedAfter = await call().catch((err) => err.status ?? err.cause?.status ?? String(err));

report({ metadata, granted, header, claims, used, live, ended, usedAfter });
