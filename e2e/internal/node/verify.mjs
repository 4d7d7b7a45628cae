// Verifies an access token: {issuer, keys, token} -> {header, claims}
import { accept } from "./accept.mjs";
import { report, task } from "./task.mjs";

const { issuer, keys, token } = await task();
report(await accept(issuer, keys, token));
