// Drives Debian's Chromium against a real fortnightd, which setup.ts starts and fills.

import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: ".",
  globalSetup: "./setup.ts",
  outputDir: process.env.FORTNIGHT_PAGE_OUTPUT ?? "../../node_modules/.page-tests",
  workers: 2,
  fullyParallel: true,
  forbidOnly: true,
  timeout: 60_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    browserName: "chromium",
    launchOptions: { executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: ["--no-sandbox"] },
    viewport: { width: 1440, height: 900 },
    permissions: ["clipboard-read", "clipboard-write"],
    timezoneId: "Europe/Berlin",
    locale: "en-GB",
    trace: "off",
    screenshot: "only-on-failure",
  },
});
