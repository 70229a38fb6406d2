// Bundles the unit tests with the modules that they test, and runs them with node's own test runner.
//
// Argument: a folder for the bundles. Runs in web/.

import { spawnSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "vite";

const source = join("tests", "unit");
const folder = process.argv[2] ?? "node_modules/.unit-tests";
rmSync(folder, { recursive: true, force: true });
const names = readdirSync(source).filter((name) => name.endsWith(".test.ts"));
await build({
  configFile: false,
  logLevel: "warn",
  build: {
    ssr: true,
    outDir: folder,
    target: "node18",
    minify: false,
    rollupOptions: {
      input: names.map((name) => join(source, name)),
      output: { entryFileNames: "[name].mjs", chunkFileNames: "[name]-[hash].mjs" },
    },
  },
});
const built = readdirSync(folder).filter((name) => name.endsWith(".test.mjs"));
if (built.length !== names.length) throw new Error("a test was not built");
const { status } = spawnSync(process.execPath, ["--test", ...built.map((name) => join(folder, name))], {
  stdio: "inherit",
});
process.exit(status ?? 1);
