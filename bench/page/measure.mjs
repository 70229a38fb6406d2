// Measures the Insights page in headless Chromium against a running daemon: first paint, a filter change, scrolling.
//
// Argument: the address of the page.

import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";

const packages = createRequire(fileURLToPath(new URL("../../web/package.json", import.meta.url)));
const { chromium } = packages("@playwright/test");

const address = process.argv[2] ?? "http://127.0.0.1:14080";
const NAVIGATIONS = 15;
const CHANGES = 20;
const ROWS = 10_000;
const FRAMES = 400;

const sorted = (values) => [...values].sort((a, b) => a - b);
const quantile = (values, share) => sorted(values)[Math.min(values.length - 1, Math.floor(values.length * share))];
const show = (what, values) =>
  console.log(
    `${what.padEnd(44)} median ${quantile(values, 0.5).toFixed(1)} ms, p95 ${quantile(values, 0.95).toFixed(1)} ms, ` +
      `max ${Math.max(...values).toFixed(1)} ms (${values.length})`,
  );

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--no-sandbox"],
});

/** Milliseconds from navigation to the first paint, and to the frame after `selector` is there. */
async function navigate(path, selector) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript((wanted) => {
    const look = () => {
      if (!document.querySelector(wanted)) return requestAnimationFrame(look);
      requestAnimationFrame(() => setTimeout(() => (window.paintedAt = performance.now())));
    };
    requestAnimationFrame(look);
  }, selector);
  await page.goto(address + path);
  // Not waitForFunction(): the page's policy forbids the code that it makes of texts.
  await page.evaluate(async () => {
    while (window.paintedAt === undefined) await new Promise((resolve) => setTimeout(resolve, 5));
  });
  const times = await page.evaluate(() => ({
    first: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN,
    data: window.paintedAt,
  }));
  await context.close();
  return times;
}

for (const [name, path, selector] of [
  ["Activity", "/activity?date=last-7-days", ".strip canvas"],
  ["Logs", "/logs?date=last-7-days", ".log-rows .log-row"],
]) {
  const times = [];
  for (let turn = 0; turn < NAVIGATIONS; turn++) times.push(await navigate(path, selector));
  show(`${name}: navigation to first paint`, times.map((each) => each.first));
  show(`${name}: navigation to painted data`, times.map((each) => each.data));
}

const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
await page.goto(`${address}/logs?date=last-7-days`);
await page.waitForSelector(".log-rows .log-row");
await page.getByRole("button", { name: /^Status/ }).click();
const changes = [];
for (let turn = 0; turn < CHANGES; turn++) {
  const label = turn % 2 === 0 ? "404 - Not found" : "All statuses";
  changes.push(
    await page.evaluate(async (text) => {
      const input = [...document.querySelectorAll(".panel label")].find((each) => each.textContent === text);
      const box = input.querySelector("input");
      const list = document.querySelector(".log-rows");
      const before = list.textContent;
      const start = performance.now();
      box.click();
      await new Promise((resolve) => {
        const look = () => {
          const settled = list.isConnected && !document.querySelector(".is-stale") && list.textContent !== before;
          if (settled) requestAnimationFrame(() => setTimeout(resolve));
          else requestAnimationFrame(look);
        };
        look();
      });
      return performance.now() - start;
    }, label),
  );
  await page.waitForTimeout(100);
}
show("filter change to painted rows", changes);
await page.keyboard.press("Escape");

await page.goto(`${address}/logs?date=last-14-days`);
await page.waitForSelector(".log-rows .log-row");
await page.evaluate(async (rows) => {
  const scroller = document.querySelector(".log-scroller");
  while (scroller.scrollHeight < rows * 32) {
    scroller.scrollTo(0, scroller.scrollHeight);
    await new Promise((resolve) => setTimeout(resolve, 30));
  }
  scroller.scrollTo(0, 0);
  await new Promise((resolve) => setTimeout(resolve, 500));
}, ROWS);
const frames = await page.evaluate(
  async ([count, rows]) => {
    const scroller = document.querySelector(".log-scroller");
    const step = (rows * 32 - 2000) / count;
    const times = [];
    let last = await new Promise(requestAnimationFrame);
    for (let at = 1; at <= count; at++) {
      scroller.scrollTop = at * step;
      const now = await new Promise(requestAnimationFrame);
      times.push(now - last);
      last = now;
    }
    return times;
  },
  [FRAMES, ROWS],
);
show(`frames while scrolling ${ROWS} rows`, frames);
console.log(`row elements: ${await page.locator(".log-row").count()}`);
await browser.close();
