// Runs one engine in this process. Each line of the standard input is a command, a JSON object; each answer is a line
// of JSON with its time in seconds, without the time of the pipe.
//
// Arguments: clickhouse-zstd, clickhouse-lz4 or duckdb; an empty folder for its data.

import { createInterface } from "node:readline";
import { clickhouse } from "./clickhouse.mjs";
import { duckdb } from "./duckdb.mjs";

const [kind, folder] = process.argv.slice(2);
const engine = kind === "duckdb" ? await duckdb(folder) : clickhouse(folder, kind.split("-")[1]);

/** Seconds of the processor that this process has used. */
function processor() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

for await (const line of createInterface({ input: process.stdin })) {
  const { run, ...parameters } = JSON.parse(line);
  const before = processor();
  const begun = process.hrtime.bigint();
  const rows = await engine[run](parameters);
  const seconds = Number(process.hrtime.bigint() - begun) / 1e9;
  process.stdout.write(`${JSON.stringify({ seconds, processor: processor() - before, rows })}\n`);
}
