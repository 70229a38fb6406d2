// Installs the packages of package-lock.json, unless they are installed. Several build directories share node_modules,
// so the installed lock file is kept beside the packages.
//
// Arguments: the npm to use, and a file to touch. Runs in the directory of the lock file.

import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";

const [npm, stamp] = process.argv.slice(2);
const installed = "node_modules/.installed-lock.json";
const lock = readFileSync("package-lock.json", "utf8");

if (!existsSync(installed) || readFileSync(installed, "utf8") !== lock) {
  const { status } = spawnSync(npm, ["ci", "--no-audit", "--no-fund", "--loglevel=error"], {
    stdio: "inherit",
    env: { ...process.env, PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: "1" },
  });
  if (status !== 0) process.exit(status ?? 1);
  writeFileSync(installed, lock);
}
writeFileSync(stamp, "");
