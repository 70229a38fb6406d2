// Rare answers: empty, incomplete, failed, slow. Most are fulfilled by the test instead of the daemon.

import { answerWith, expect, params, rows, test } from "./support";

const EMPTY = {
  calls: 0,
  complete: true,
  from: "2026-11-20T00:00:00+01:00",
  to: "2026-11-20T12:00:00+01:00",
  tz: "Europe/Paris",
  note: "No Data Available",
};

test("says that no call has ever arrived", async ({ page }) => {
  await answerWith(page, "logs", [{ ok: EMPTY }]);
  await answerWith(page, "status", [{ intake: { calls: 0 } }, { ok: {} }]);
  await page.goto("/logs");
  await expect(page.getByRole("heading", { name: "No Data Available" })).toBeVisible();
  await expect(page.getByText("No call has arrived yet")).toBeVisible();
});

test("an empty period links to the nearest matching call", async ({ page }) => {
  await page.goto("/logs?account=HOSTIL&date=yesterday");
  await expect(page.getByText(/The nearest matching call is from/)).toBeVisible();
  await page.getByRole("link", { name: "Show that day" }).click();
  await expect(rows(page).first()).toBeVisible();
  expect(params(page).get("date")).toMatch(/^\d{4}-\d\d-\d\d$/);
  await page.goBack();
  await page.getByRole("link", { name: "Open that call" }).click();
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
});

test("shows how many calls match without each filter", async ({ page }) => {
  await page.goto("/logs?account=HOSTIL&status=404&date=last-7-days");
  await expect(page.getByText(/No kept call matches all of these filters/)).toBeVisible();
  await expect(page.locator(".narrowing li")).toHaveCount(2);
  await expect(page.locator(".narrowing li").nth(1)).toContainText(/Without status=404: \d+ calls/);
  await page.locator(".narrowing li").nth(1).getByRole("button").click();
  await expect(rows(page).first()).toBeVisible();
  await page.goto("/logs?account=nobody&status=404");
  await page.getByRole("button", { name: "Clear the filters" }).click();
  await expect(rows(page).first()).toBeVisible();
});

test("Activity without calls shows No Data Available", async ({ page }) => {
  await page.goto("/activity?account=nobody");
  await expect(page.getByRole("heading", { name: "No Data Available" })).toBeVisible();
});

test("a period whose calls were dropped links to its counts", async ({ page }) => {
  await answerWith(page, "logs", [
    { ok: { ...EMPTY, complete: false, retained_from: "2026-11-16T00:00:00Z" } },
  ]);
  await page.route("**/api/v1/activity*", (route) =>
    route.fulfill({ contentType: "application/x-ndjson", body: '{"ok":{"calls":4711}}\n' }),
  );
  await page.goto("/logs?date=2026-11-01");
  await expect(page.getByRole("link", { name: "4,711 calls in Activity" })).toBeVisible();
  await expect(page.locator(".notes")).toContainText("Whole calls are kept from 16 Nov 2026 on");
});

test("notes explain incomplete, late, rounded, folded and rejected data", async ({ page }) => {
  const row = { t: "2026-11-20T00:00:00+01:00", calls: 5, errors: 1 };
  const summary = { ...EMPTY, calls: 5, errors: 1, error_rate: 0.2, step: "15m", note: undefined };
  const notes: [object, RegExp][] = [
    [{ complete: false, damaged: 2 }, /2 blocks or files could not be read/],
    [{ complete: false }, /part of the requested data is missing/],
    [{ late: 3 }, /3 calls are counted but not kept/],
    [{ rounded: true }, /extended to the next quarter hour/],
    [{ values_past_cap: 9914 }, /9,914 calls with values beyond the limit of names/],
    [{ complete: false, values_past_cap: 1 }, /so the counts may be too low/],
    [{ rejected: 1 }, /1 line of this period that isn’t a valid call/],
  ];
  for (const [members, text] of notes) {
    await page.unroute("**/api/v1/activity*");
    await answerWith(page, "activity", [row, { ok: { ...summary, ...members } }]);
    await page.goto("/activity");
    await expect(page.locator(".notes")).toHaveText(text);
  }
});

test.describe("failures", () => {
  test.use({ expected: /Failed to load resource|net::ERR/ });

  test("an error keeps the old data, greyed out, until a retry succeeds; chart and lists fail independently", async ({
    page,
  }) => {
    await page.goto("/activity?date=last-7-days");
    const value = page.locator(".tile-value").first();
    await expect(value).toBeVisible();
    const before = await value.textContent();
    await answerWith(
      page,
      "activity",
      [{ status: 503, code: "limit", detail: "others use the memory" }],
      503,
    );
    await page.getByRole("button", { name: "Last 7 days" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Last 3 days" }).click();
    await expect(page.getByRole("alert")).toContainText("others use the memory");
    await expect(page.locator(".answer.is-old .tile-value").first()).toHaveText(before ?? "");
    await expect(page.getByRole("region", { name: "Endpoints" }).locator(".top-row").first()).toBeVisible();
    await page.unroute("**/api/v1/activity*");
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(page.getByRole("alert")).toBeHidden();
    await expect(page.locator(".answer.is-old")).toHaveCount(0);
    await expect(value).not.toHaveText(before ?? "");
  });

  test("an unreachable daemon is an error, not an empty answer", async ({ page }) => {
    await page.goto("/logs?date=last-7-days");
    await expect(rows(page).first()).toBeVisible();
    await page.route("**/api/v1/**", (route) => route.abort("connectionrefused"));
    await page.getByRole("searchbox", { name: "Search by endpoint" }).fill("lists");
    await page.keyboard.press("Enter");
    await expect(page.getByRole("alert")).toContainText("can’t be reached");
    await expect(rows(page).first()).toBeVisible();
    await page.unroute("**/api/v1/**");
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(page.locator(".log-row .cell-endpoint").first()).toContainText("lists");
  });

  test("an unknown parameter of the URL is named in the error", async ({ page }) => {
    await page.goto("/logs?stauts=404");
    await expect(page.getByRole("alert")).toContainText("stauts");
    await expect(page.getByRole("alert")).toContainText("status");
    await page.getByRole("button", { name: "Clear" }).click();
    await expect(rows(page).first()).toBeVisible();
  });
});

test("a slow request can be cancelled", async ({ page }) => {
  await page.goto("/activity");
  await expect(page.locator(".tile").first()).toBeVisible();
  const gone = page.waitForEvent("requestfailed", (request) => request.url().includes("/activity?"));
  await page.route("**/api/v1/activity*", () => new Promise(() => undefined));
  await page.getByRole("button", { name: "Today" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Last 90 days" }).click();
  await page.getByRole("button", { name: "Cancel" }).click();
  await gone;
  await expect(page.getByText("Cancelled")).toBeVisible();
  await page.unroute("**/api/v1/activity*");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.locator(".answer.is-old")).toHaveCount(0);
});

test("a newer request cancels the older one", async ({ page }) => {
  await page.goto("/activity");
  await expect(page.locator(".tile").first()).toBeVisible();
  let held = 0;
  await page.route("**/api/v1/activity?date=last-90-days*", () => {
    held++;
    return new Promise(() => undefined);
  });
  await page.getByRole("button", { name: "Today" }).click();
  const gone = page.waitForEvent("requestfailed", (request) => request.url().includes("last-90-days"));
  await page.getByRole("dialog").getByRole("button", { name: "Last 90 days" }).click();
  await expect.poll(() => held).toBe(1);
  await page.getByRole("button", { name: "Last 90 days" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Last 7 days" }).click();
  await gone;
  await expect(page.locator(".answer.is-stale")).toHaveCount(0);
});
