// Starts a fortnightd of its own in a temporary folder.

import { spawn, spawnSync, type ChildProcess } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const START_MS = 60_000;

export function binary(name: string): string {
  const binaries = process.env.FORTNIGHT_BIN;
  if (!binaries) throw new Error("FORTNIGHT_BIN is the folder of fortnightd and the other programs");
  return join(binaries, name);
}

export interface Daemon {
  intake: number;
  /** The address of its page. */
  url: string;
  stop: () => Promise<void>;
  /** Runs the client as an admin, and returns its output. */
  client: (...words: string[]) => string;
}

/** `config` has everything but the data directory, the ports and the source, which are added. */
export async function startDaemon(config: string, source: string): Promise<Daemon> {
  const folder = mkdtempSync(join(tmpdir(), "fortnight-page-"));
  const data = join(folder, "data");
  const file = join(folder, "fortnight.yaml");
  writeFileSync(
    file,
    `data_directory: ${data}
query: {listen: "127.0.0.1:0"}
web: {listen: "127.0.0.1:0"}
sources:
  - tcp: ${source}
${config}`,
  );
  const daemon = spawn(binary("fortnightd"), ["--config", file], { stdio: ["ignore", "ignore", "inherit"] });
  const ports = await portsOf(daemon, join(data, "ports.json"));
  return {
    intake: ports.intake,
    url: `http://127.0.0.1:${ports.web}`,
    stop: async () => {
      const ended = new Promise((resolve) => daemon.once("exit", resolve));
      daemon.kill("SIGTERM");
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
    client: (...words) => {
      const ran = spawnSync(binary("fortnight"), words, {
        encoding: "utf8",
        env: { ...process.env, FORTNIGHT_DATA_DIR: data },
      });
      if (ran.status !== 0) throw new Error(`fortnight ${words.join(" ")}: ${ran.stderr}`);
      return ran.stdout;
    },
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
