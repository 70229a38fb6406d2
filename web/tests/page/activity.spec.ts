import { api, expect, openFilter, params, test } from "./support";

test("shows total calls, errors and error rate as the API counts them", async ({ page, request }) => {
  const { summary } = await api(request, "activity?date=last-7-days");
  await page.goto("/activity?date=last-7-days");
  const tiles = page.locator(".tile");
  await expect(tiles).toHaveCount(3);
  await expect(tiles.nth(0)).toContainText("Total calls");
  await expect(tiles.nth(0).locator(".tile-value")).toHaveText(Number(summary.calls).toLocaleString("en"));
  await expect(tiles.nth(1).locator(".tile-value")).toHaveText(Number(summary.errors).toLocaleString("en"));
  const rate = Number(summary.error_rate) * 100;
  expect(
    Math.abs(parseFloat((await tiles.nth(2).locator(".tile-value").textContent()) ?? "") - rate),
  ).toBeLessThan(0.06);
});

test("offers all periods, and writes each to the URL as a word", async ({ page }) => {
  await page.goto("/activity");
  const periods: [string, string | null][] = [
    ["Last 3 hours", "last-3-hours"],
    ["Last 24 hours", "last-24-hours"],
    ["Last 3 days", "last-3-days"],
    ["Last 7 days", "last-7-days"],
    ["Last 30 days", "last-30-days"],
    ["Last 90 days", "last-90-days"],
    ["Today", null],
  ];
  let before = "Today";
  for (const [label, word] of periods) {
    await openFilter(page, before);
    await page.getByRole("dialog").getByRole("button", { name: label, exact: true }).click();
    await expect.poll(() => params(page).get("date")).toBe(word);
    before = label;
  }
  await page.goBack();
  await expect.poll(() => params(page).get("date")).toBe("last-90-days");
  await expect(page.getByRole("button", { name: "Last 90 days" })).toBeVisible();
});

test("custom dates are written as local times", async ({ page }) => {
  await page.goto("/activity");
  await openFilter(page, "Today");
  await page.getByLabel("From").fill("2026-11-20T08:15");
  await page.getByLabel("To", { exact: true }).fill("2026-11-20T09:00");
  await page.getByRole("button", { name: "Apply" }).click();
  await expect.poll(() => params(page).get("from")).toBe("2026-11-20T08:15");
  expect(params(page).get("to")).toBe("2026-11-20T09:00");
});

test("offers groups of statuses with their codes", async ({ page, request }) => {
  await page.goto("/activity?date=last-7-days");
  await openFilter(page, "Status");
  const panel = page.getByRole("dialog");
  await expect(panel.locator("label")).toHaveText([
    "All statuses",
    "All success codes",
    "200 - OK",
    "201 - Created",
    "202 - Accepted",
    "204 - No content",
    "All failed codes",
    "All 4xx codes",
    "400 - Bad request",
    "401 - Not authorized",
    "403 - Forbidden",
    "404 - Not found",
    "422 - Unprocessable entity",
    "429 - Rate limit",
    "All 5xx codes",
    "500 - Server error",
    "502 - Service unavailable",
  ]);
  await panel.getByLabel("404 - Not found").check();
  await panel.getByLabel("All 5xx codes").check();
  await expect.poll(() => params(page).get("status")).toBe("404,5xx");
  await expect(panel.getByLabel("500 - Server error")).toBeDisabled();
  await expect(panel.getByLabel("500 - Server error")).toBeChecked();
  const { summary } = await api(request, "activity?date=last-7-days&status=404,5xx");
  await expect(page.locator(".tile-value").first()).toHaveText(Number(summary.calls).toLocaleString("en"));
  await panel.getByLabel("All failed codes").check();
  await expect.poll(() => params(page).get("status")).toBe("failed");
  await panel.getByLabel("All statuses").check();
  await expect.poll(() => params(page).get("status")).toBe(null);
  await panel.getByLabel("Another status").fill("3xx");
  await panel.getByRole("button", { name: "Add" }).click();
  await expect.poll(() => params(page).get("status")).toBe("3xx");
});

test("accounts, endpoints and revisions are suggested while typing, and not before", async ({
  page,
  request,
}) => {
  const asked: string[] = [];
  page.on("request", (each) => each.url().includes("/values?") && asked.push(each.url()));
  const { rows: accounts } = await api(request, "values?field=account&date=last-7-days&limit=1");
  const account = String(accounts[0]!.value);
  await page.goto("/activity?date=last-7-days");
  await openFilter(page, "Account");
  await expect(page.getByRole("combobox", { name: "Account", exact: true })).toBeFocused();
  expect(asked).toEqual([]);
  await page.keyboard.type(account.slice(0, 4));
  const option = page.getByRole("option").filter({ hasText: account });
  await expect(option).toContainText(
    Number(accounts[0]!.calls) < 10_000 ? Number(accounts[0]!.calls).toLocaleString("en") : "K",
  );
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await expect.poll(() => params(page).get("account")).toBe(account);

  await page.keyboard.press("Escape");
  await openFilter(page, "Endpoint");
  await page.keyboard.type("*profiles*");
  await page.keyboard.press("Enter");
  await expect.poll(() => params(page).get("endpoint")).toBe("*profiles*");
  await page.keyboard.press("Escape");
  await openFilter(page, "Revision");
  await page.getByLabel("is or is not").selectOption("!=");
  await page.getByRole("combobox", { name: "Revision", exact: true }).fill("2026-10-15");
  await page.keyboard.press("Enter");
  await expect.poll(() => params(page).get("revision!")).toBe("2026-10-15");
  const { summary } = await api(
    request,
    `activity?date=last-7-days&account=${account}&endpoint=*profiles*&revision!=2026-10-15`,
  );
  await expect(page.locator(".tile-value").first()).toHaveText(Number(summary.calls).toLocaleString("en"));

  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Clear" }).click();
  await expect.poll(() => new URL(page.url()).search).toBe("");
  await page.goBack();
  await expect.poll(() => params(page).get("revision!")).toBe("2026-10-15");
});

test("several methods can be selected", async ({ page }) => {
  await page.goto("/activity");
  await openFilter(page, "Method");
  await expect(page.getByRole("dialog").locator("label")).toHaveText([
    "GET",
    "POST",
    "PUT",
    "PATCH",
    "DELETE",
  ]);
  await page.getByLabel("PUT", { exact: true }).check();
  await page.getByLabel("DELETE").check();
  await expect.poll(() => params(page).get("method")).toBe("PUT,DELETE");
});

test("compares with another period, and shows latency", async ({ page, request }) => {
  await page.goto("/activity?date=last-3-days");
  await page.getByLabel("Compare with").selectOption("previous");
  await expect.poll(() => params(page).get("compare")).toBe("previous");
  await expect(page.locator(".tile").first().locator(".change")).toBeVisible();
  await page.getByRole("button", { name: "Latency" }).click();
  await expect.poll(() => params(page).get("quantiles")).toBe("0.5,0.95,0.99");
  await expect(page.locator(".tile")).toHaveCount(6);
  const { summary } = await api(request, "activity?date=last-3-days&quantiles=0.5");
  const median = Number((summary.quantiles as Record<string, number>)["0.5"]);
  const shown = parseFloat((await page.locator(".tile").nth(3).locator(".tile-value").textContent()) ?? "");
  expect(Math.abs(shown - median)).toBeLessThan(1);
});

test("dragging zooms into the daemon's own buckets, and Back returns", async ({ page, request }) => {
  await page.goto("/activity?date=last-7-days");
  const over = page.locator(".strip .u-over").first();
  const box = (await over.boundingBox())!;
  await page.mouse.move(box.x + box.width * 0.25, box.y + 60);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.5, box.y + 60, { steps: 8 });
  await page.mouse.up();
  await expect.poll(() => params(page).get("from")).not.toBe(null);
  expect(params(page).get("date")).toBe(null);
  const { rows } = await api(request, "activity?date=last-7-days");
  const starts = rows.map((row) => row.t);
  expect(starts).toContain(params(page).get("from"));
  expect(starts).toContain(params(page).get("to"));
  const back = page.getByRole("button", { name: "Back to Last 7 days" });
  await expect(back).toBeVisible();
  await page.reload();
  await back.click();
  await expect.poll(() => params(page).get("date")).toBe("last-7-days");
  expect(params(page).get("from")).toBe(null);
});

test("dragging with Shift moves the period", async ({ page }) => {
  await page.goto("/activity?from=2026-11-20T00:00:00Z&to=2026-11-21T00:00:00Z&tz=UTC");
  const over = page.locator(".strip .u-over").first();
  const box = (await over.boundingBox())!;
  await page.keyboard.down("Shift");
  await page.mouse.move(box.x + box.width * 0.5, box.y + 60);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width * 0.75, box.y + 60, { steps: 8 });
  await page.mouse.up();
  await page.keyboard.up("Shift");
  await expect.poll(() => params(page).get("from")).toBe("2026-11-19T18:00:00Z");
  expect(params(page).get("to")).toBe("2026-11-20T18:00:00Z");
});

test("a bar opens its calls", async ({ page, request }) => {
  await page.goto("/activity?date=yesterday&status=failed");
  const over = page.locator(".strip .u-over").first();
  const box = (await over.boundingBox())!;
  await page.mouse.click(box.x + box.width * 0.52, box.y + 80);
  await expect.poll(() => new URL(page.url()).pathname).toBe("/logs");
  expect(params(page).get("status")).toBe("failed");
  const { rows } = await api(request, "activity?date=yesterday");
  expect(rows.map((row) => row.t)).toContain(params(page).get("from"));
  await page.goBack();
  await expect.poll(() => new URL(page.url()).pathname).toBe("/activity");
});

test("the chart works with the keyboard, and as a table", async ({ page, request }) => {
  const { rows } = await api(request, "activity?date=yesterday");
  await page.goto("/activity?date=yesterday");
  await page.getByRole("application").focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  await expect(page.locator(".readout")).toContainText(String(rows[1]!.t).slice(11, 16));
  await expect(page.locator(".readout .legend-calls")).toHaveText(
    Number(rows[1]!.calls).toLocaleString("en"),
  );
  await page.getByRole("button", { name: "Table" }).click();
  const table = page.getByRole("region", { name: "Calls and errors by time" });
  await expect(table.locator("tbody tr")).toHaveCount(rows.length);
  await expect(table.locator("tbody tr").nth(1).locator("td").first()).toHaveText(
    Number(rows[1]!.calls).toLocaleString("en"),
  );
  expect(params(page).get("view")).toBe("table");
  await page.getByRole("button", { name: "Table" }).click();
  await page.getByRole("application").focus();
  await page.keyboard.press("End");
  await page.keyboard.press("Enter");
  await expect.poll(() => params(page).get("from")).toBe(String(rows.at(-1)!.t));
});

test("buckets are cut in the shown zone", async ({ page }) => {
  await page.goto("/activity?date=2026-10-25&tz=Europe/Paris");
  await page.goto("/activity?date=last-3-days");
  await page.getByRole("button", { name: "Europe/Paris" }).click();
  await page.getByRole("button", { name: /^Mine/ }).click();
  await expect.poll(() => params(page).get("tz")).toBe("Europe/Berlin");
  await page.getByRole("button", { name: "Europe/Berlin" }).click();
  await page.getByRole("button", { name: "UTC", exact: true }).click();
  await expect.poll(() => params(page).get("tz")).toBe("UTC");
  await page.getByRole("button", { name: "UTC", exact: true }).click();
  await page.getByRole("button", { name: /^The account’s/ }).click();
  await expect.poll(() => params(page).get("tz")).toBe(null);
});

test("days of one account are in its zone", async ({ page }) => {
  await page.goto("/activity?account=HOSTIL&date=last-3-days");
  await expect(page.getByRole("button", { name: "America/New_York" })).toBeVisible();
});

test("pinning makes a period absolute, and refreshing keeps it", async ({ page }) => {
  await page.goto("/activity?date=last-24-hours");
  await page.getByRole("button", { name: "Pin" }).click();
  await expect.poll(() => params(page).get("to")).not.toBe(null);
  const pinned = page.url();
  const [again] = await Promise.all([
    page.waitForRequest((each) => each.url().includes("/activity?")),
    page.getByRole("button", { name: "Refresh" }).click(),
  ]);
  expect(new URL(again.url()).searchParams.get("to")).toBe(params(page).get("to"));
  expect(page.url()).toBe(pinned);
});

test("lists of endpoints, accounts and errors link to filtered pages", async ({ page, request }) => {
  const { rows } = await api(request, "top?by=endpoint&n=8&date=last-7-days");
  await page.goto("/activity?date=last-7-days");
  const list = page.getByRole("region", { name: "Endpoints" });
  await expect(list.locator(".top-row")).toHaveCount(8);
  await expect(list.locator(".top-name").first()).toHaveText(String(rows[0]!.endpoint));
  await list.getByRole("button", { name: "Errors" }).click();
  const { rows: byErrors } = await api(request, "top?by=endpoint&n=8&sort=errors&date=last-7-days");
  await expect(list.locator(".top-name").first()).toHaveText(String(byErrors[0]!.endpoint));
  expect(params(page).get("sort")).toBe("errors");
  await list.locator(".top-name").first().click();
  await expect.poll(() => params(page).get("endpoint")).toBe(String(byErrors[0]!.endpoint));
  await page.goBack();
  const errors = page.getByRole("region", { name: "Errors", exact: true });
  await expect(errors.locator(".error-row")).toHaveCount(8);
  await errors.locator(".error-name").first().click();
  await expect.poll(() => new URL(page.url()).pathname).toBe("/logs");
  expect(params(page).get("code")).not.toBe(null);
});

test("error groups show their accounts, and link to their calls", async ({ page, request }) => {
  const { rows, summary } = await api(request, "errors?n=200&date=last-7-days");
  await page.goto("/errors?date=last-7-days");
  await expect(
    page.getByRole("heading", { name: `${Number(summary.errors).toLocaleString("en")} errors` }),
  ).toBeVisible();
  const first = page.locator("table.groups tbody tr").first();
  await expect(first).toContainText(String(rows[0]!.code));
  await expect(first.locator("td").nth(5)).toHaveText(String(rows[0]!.accounts));
  await first.locator("td").nth(3).getByRole("link").click();
  await expect.poll(() => new URL(page.url()).pathname).toBe("/logs");
});

test("error groups fit on a phone and on a tablet", async ({ page }) => {
  for (const width of [390, 768]) {
    await page.setViewportSize({ width, height: 844 });
    await page.goto("/errors?date=last-7-days");
    const region = page.getByRole("region", { name: "Error groups, table" });
    await expect(region.locator("tbody tr").first()).toBeVisible();
    const [shown, whole] = await region.evaluate((box) => [box.clientWidth, box.scrollWidth]);
    expect(whole).toBeLessThanOrEqual(shown!);
    await expect(region.getByRole("link").first()).toBeInViewport({ ratio: 1 });
  }
});
