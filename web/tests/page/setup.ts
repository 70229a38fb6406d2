// Starts a fortnightd for all tests, with calls of two weeks and hostile ones. The environment has its ports.

import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hostileCalls } from "./hostile_calls";
import { sendLines } from "./send_lines";

const CALLS = 30_000;
const START_MS = 60_000;

export default async function setup(): Promise<() => Promise<void>> {
  const binaries = process.env.FORTNIGHT_BIN;
  if (!binaries) throw new Error("FORTNIGHT_BIN is the folder of fortnightd and fortnight-generate");
  const folder = mkdtempSync(join(tmpdir(), "fortnight-page-"));
  const data = join(folder, "data");
  const config = join(folder, "fortnight.yaml");
  writeFileSync(
    config,
    `data_directory: ${data}
time_zone: Europe/Paris
query: {listen: "127.0.0.1:0"}
web: {listen: "127.0.0.1:0"}
sources:
  - tcp: {listen: "127.0.0.1:0", format: shop}
formats:
  shop:
    base: fortnight
    ids:
      call_id: /call_id
      error_id: /ids/error_id
      async_job_id: /ids/async_job_id
      resource_id: /ids/resource_id
      metric_id: /ids/metric_id
      order_id: /ids/order_id
accounts:
  HOSTIL: {name: "Bobby <Tables>", time_zone: America/New_York}
`,
  );
  const daemon = spawn(join(binaries, "fortnightd"), ["--config", config], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  const ports = await portsOf(daemon, join(data, "ports.json"));
  const generated = spawnSync(
    join(binaries, "fortnight-generate"),
    ["--calls", String(CALLS), "--days", "13", "--seed", "7"],
    { maxBuffer: 1 << 28, encoding: "utf8" },
  );
  await sendLines(ports.intake, [...generated.stdout.trimEnd().split("\n"), ...hostileCalls(Date.now())]);
  process.env.FORTNIGHT_INTAKE = String(ports.intake);
  process.env.FORTNIGHT_PAGE = `http://127.0.0.1:${ports.web}`;
  return async () => {
    const ended = new Promise((resolve) => daemon.once("exit", resolve));
    daemon.kill("SIGTERM");
    await ended;
    rmSync(folder, { recursive: true, force: true });
  };
}

async function portsOf(daemon: ChildProcess, file: string): Promise<{ intake: number; web: number }> {
  const end = Date.now() + START_MS;
  while (Date.now() < end) {
    if (daemon.exitCode !== null) throw new Error(`fortnightd ended with ${daemon.exitCode}`);
    if (existsSync(file)) {
      const ports = JSON.parse(readFileSync(file, "utf8")) as { web: number; sources: { tcp: number }[] };
      return { intake: ports.sources[0]!.tcp, web: ports.web };
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error("fortnightd has no ports.json");
}
