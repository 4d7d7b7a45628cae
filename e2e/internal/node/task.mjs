import { json } from "node:stream/consumers";

// task is what a script is to do, from its standard input.
export const task = () => json(process.stdin);

// report prints what came of it.
export const report = (result) => process.stdout.write(JSON.stringify(result));
