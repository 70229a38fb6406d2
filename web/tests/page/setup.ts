// Starts a fortnightd for all tests, with calls of two weeks and hostile ones. The environment has its ports.

import { spawnSync } from "node:child_process";
import { binary, startDaemon } from "./daemon";
import { hostileCalls } from "./hostile_calls";
import { sendLines } from "./send_lines";

const CALLS = 30_000;

export default async function setup(): Promise<() => Promise<void>> {
  const daemon = await startDaemon(
    `time_zone: Europe/Paris
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
    '{listen: "127.0.0.1:0", format: shop}',
  );
  const generated = spawnSync(
    binary("fortnight-generate"),
    ["--calls", String(CALLS), "--days", "13", "--seed", "7"],
    { maxBuffer: 1 << 28, encoding: "utf8" },
  );
  await sendLines(daemon.intake, [...generated.stdout.trimEnd().split("\n"), ...hostileCalls(Date.now())]);
  process.env.FORTNIGHT_INTAKE = String(daemon.intake);
  process.env.FORTNIGHT_PAGE = daemon.url;
  return daemon.stop;
}
