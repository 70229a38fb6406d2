import { startProxy } from "./proxy";
import { answerWith, api, clipboard, expect, openFilter, PAGE, params, rows, send, test } from "./support";

test("shows calls newest first, in the zone of the answer", async ({ page, request }) => {
  const { rows: calls } = await api(request, "logs?date=yesterday&limit=3");
  await page.goto("/logs?date=yesterday");
  await expect(page.getByRole("columnheader")).toHaveText([
    "Date",
    "Status",
    "Method",
    "Endpoint",
    "Account",
    "Duration",
  ]);
  for (const [at, call] of calls.entries()) {
    const row = page.locator(`[data-at="${at}"]`);
    await expect(row).toContainText(String(call.endpoint));
    await expect(row).toContainText(String(call.status));
    const time = new Intl.DateTimeFormat("en-GB", { timeStyle: "medium", timeZone: "Europe/Paris" }).format(
      new Date(String(call.ts)),
    );
    await expect(row).toContainText(time);
  }
  await page.getByRole("button", { name: "Newest first" }).click();
  await expect.poll(() => params(page).get("order")).toBe("oldest");
  const { rows: oldest } = await api(request, "logs?date=yesterday&limit=1&order=oldest");
  await expect(page.locator('[data-at="0"]')).toContainText(String(oldest[0]!.account));
});

test("the search field finds parts of endpoints on Enter", async ({ page, request }) => {
  await page.goto("/logs?date=last-7-days");
  const search = page.getByRole("searchbox", { name: "Search by endpoint" });
  await search.fill("lists");
  await search.press("Enter");
  await expect.poll(() => params(page).get("endpoint")).toBe("*lists*");
  const { summary } = await api(request, "activity?date=last-7-days&endpoint=*lists*");
  await expect(page.locator(".matching")).toHaveText(`${Number(summary.calls).toLocaleString("en")} calls`);
  await search.fill("");
  await search.press("Enter");
  await expect.poll(() => params(page).get("endpoint")).toBe(null);
  await page.goBack();
  await expect(search).toHaveValue("lists");
});

for (const [label, value, name, expected] of [
  ["Any ID", "h-job-3", "id", ["h-job-3"]],
  ["Call ID", "h-numbers", "call_id", ["h-numbers"]],
  ["Error ID", "error-of-the-tests", "error_id", ["h-job-3"]],
  ["Async job ID", "job-of-the-tests", "async_job_id", ["h-job-2", "h-job-1"]],
  ["Resource ID", "r 1/?&#%", "resource_id", ["h-odd-ids"]],
  ["Text in the call", "jo@example.com", "text", ["h-job-1"]],
  ["Whole word in the call", "jo@example.com", "word", ["h-job-1"]],
  ["Error code", "invalid_email", "code", ["h-job-3"]],
] as const) {
  test(`filters by ${label}`, async ({ page }) => {
    await page.goto("/logs?columns=ts,call_id&account=HOSTIL");
    await page.getByRole("button", { name: "Filter", exact: true }).click();
    await page.getByRole("combobox", { name: /^Filter/ }).selectOption(label);
    await page.getByLabel("Value").fill(value);
    await page.getByLabel("Value").press("Enter");
    await expect.poll(() => params(page).get(name)).not.toBe(null);
    await expect(rows(page)).toHaveCount(expected.length);
    for (const [at, call] of expected.entries())
      await expect(page.locator(`[data-at="${at}"]`)).toContainText(call);
    await page.getByRole("button", { name: /^Remove the filter/ }).click();
    await expect.poll(() => params(page).get(name)).toBe(null);
  });
}

test("filters by JSON pointer and duration; a chip edits its filter", async ({ page }) => {
  await page.goto("/logs?columns=call_id&account=HOSTIL");
  await page.getByRole("button", { name: "Filter", exact: true }).click();
  await page.getByRole("combobox", { name: /^Filter/ }).selectOption("JSON pointer");
  await page.getByRole("textbox", { name: "Pointer" }).fill("/response/body/items/sku");
  await page.getByLabel("Value").fill("B-2");
  await page.getByRole("button", { name: "Add filter" }).click();
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText("h-numbers");
  await page.getByRole("button", { name: /sku is B-2/ }).click();
  await page.getByLabel("Value").fill("none of these");
  await page.getByRole("button", { name: "Change" }).click();
  await expect(page.getByRole("heading", { name: "No Data Available" })).toBeVisible();
  await page.goto("/logs?columns=call_id&account=HOSTIL");
  await page.getByRole("button", { name: "Filter", exact: true }).click();
  await page.getByRole("combobox", { name: /^Filter/ }).selectOption("Duration (ms)");
  await page.getByLabel("Comparison").selectOption(">");
  await page.getByLabel("Value").fill("1000000");
  await page.getByRole("button", { name: "Add filter" }).click();
  await expect(rows(page)).toHaveCount(1);
  await expect(rows(page)).toContainText("h-odd-ids");
  await page.reload();
  await expect(rows(page)).toHaveCount(1);
});

test("error codes are suggested while typing", async ({ page }) => {
  await page.goto("/logs?account=HOSTIL");
  await page.getByRole("button", { name: "Filter", exact: true }).click();
  await page.getByRole("combobox", { name: /^Filter/ }).selectOption("Error code");
  await expect(page.locator("datalist option")).toHaveCount(0);
  await page.getByLabel("Value").pressSequentially("invalid");
  await expect(page.locator('datalist option[value="invalid_email"]')).toHaveText("1 call");
});

test("an odd ID is found by its link", async ({ page, request }) => {
  const { rows: calls } = await api(request, "logs?call_id=h-odd-ids");
  for (const id of ["a,b", 'c"d', "e*f"]) {
    await page.goto(`/calls/${calls[0]!.ref}`);
    await page.getByRole("link", { name: id, exact: true }).click();
    await expect(rows(page)).toHaveCount(1);
    await expect(rows(page)).toContainText("999");
  }
});

test("ten thousand rows need few elements", async ({ page }) => {
  await page.goto("/logs?date=last-7-days");
  await expect(rows(page).first()).toBeVisible();
  const scroller = page.getByRole("grid");
  const most: number[] = [];
  for (let turn = 0; turn < 60; turn++) {
    await scroller.evaluate((element) => element.scrollTo(0, element.scrollHeight));
    most.push(await rows(page).count());
    await page.waitForTimeout(60);
    if ((await scroller.evaluate((element) => element.scrollHeight)) > 10_000 * 32) break;
  }
  expect(await scroller.evaluate((element) => element.scrollHeight)).toBeGreaterThan(10_000 * 32);
  expect(Math.max(...most)).toBeLessThan(70);
});

test("Back restores the list and its scroll position", async ({ page }) => {
  await page.setViewportSize({ width: 768, height: 1024 });
  await page.goto("/logs?date=last-7-days");
  const scroller = page.getByRole("grid");
  await expect(rows(page).first()).toBeVisible();
  await scroller.evaluate((element) => element.scrollTo(0, 2400));
  const row = page.locator('[data-at="80"]');
  const account = await row.locator(".cell-account").textContent();
  await row.click();
  await expect.poll(() => new URL(page.url()).pathname).toMatch(/^\/calls\//);
  await page.goBack();
  await expect(page.locator('[data-at="80"] .cell-account')).toHaveText(account ?? "");
  expect(await scroller.evaluate((element) => element.scrollTop)).toBeGreaterThan(2000);
});

test("columns are selected, ordered and resized, and the URL has them", async ({ page }) => {
  await page.goto("/logs?account=HOSTIL");
  await page.getByRole("button", { name: "Columns" }).click();
  const menu = page.getByRole("dialog", { name: "Columns" });
  await menu.getByLabel("Call ID", { exact: true }).check();
  await menu.getByLabel("Account", { exact: true }).uncheck();
  await menu.getByLabel("Another column").fill("/request/body/email");
  await menu.getByRole("button", { name: "Add" }).click();
  await menu.getByRole("button", { name: "Move Call ID left" }).click();
  await expect
    .poll(() => params(page).get("columns"))
    .toBe("ts,status,method,endpoint,call_id,duration_ms,/request/body/email");
  await page.keyboard.press("Escape");
  await expect(page.locator(".cell-pointer").filter({ hasText: "jo@example.com" })).toBeVisible();
  const handle = page.getByRole("separator", { name: "Width of Endpoint" });
  const box = (await handle.boundingBox())!;
  await page.mouse.move(box.x + 4, box.y + 8);
  await page.mouse.down();
  await page.mouse.move(box.x + 84, box.y + 8, { steps: 4 });
  await page.mouse.up();
  await expect.poll(() => params(page).get("columns")).toMatch(/endpoint:\d+/);
  await page.getByRole("separator", { name: "Width of Status" }).press("ArrowRight");
  await expect.poll(() => params(page).get("columns")).toContain("status:92");
  await page.getByRole("separator", { name: "Width of Status" }).press("Alt+ArrowRight");
  await expect.poll(() => params(page).get("columns")).toMatch(/^ts,method,status:92/);
  await page
    .getByRole("columnheader", { name: "Date" })
    .dragTo(page.getByRole("columnheader", { name: "Call ID" }));
  await expect.poll(() => params(page).get("columns")).toMatch(/^method,status:92,endpoint:\d+,call_id,ts/);
  await page.reload();
  await expect(page.getByRole("columnheader").first()).toContainText("Method");
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByRole("button", { name: "Reset to the default columns" }).click();
  await expect.poll(() => params(page).get("columns")).toBe(null);
});

test("values at pointers come with the calls, also of the live tail", async ({ page }) => {
  const account = `POINTER${Date.now()}`;
  const call = (id: string, total: string): string =>
    liveCall(id, account).replace("{", `{"request":{"body":{"total":${total}}},`);
  await send([call("first", "12345678901234567890")]);
  const exports: string[] = [];
  page.on("request", (each) => each.url().includes("/export?") && exports.push(each.url()));
  await page.goto(`/logs?account=${account}&live=1&columns=call_id,/request/body/total`);
  await expect(rows(page)).toHaveText(["first12345678901234567890"]);
  await expect(page.getByRole("button", { name: "Live", exact: true })).toBeVisible();
  await send([call("second", "1.10")]);
  await expect(page.locator('[data-at="0"]')).toHaveText("second1.10");
  expect(exports).toEqual([]);

  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByLabel("Another column").fill("/account");
  await page.getByLabel("Another column").press("Enter");
  await expect(page.locator('[data-at="1"]')).toHaveText(`first12345678901234567890${account}`);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("button", { name: "Live", exact: true })).toBeVisible();
  await send([call("third", "-0")]);
  await expect(page.locator('[data-at="0"]')).toHaveText(`third-0${account}`);
});

test("the menus of filters and columns have the kinds of IDs of the configuration", async ({ page }) => {
  await page.goto("/logs?account=HOSTIL&columns=call_id");
  await page.getByRole("button", { name: "Columns" }).click();
  await page.getByLabel("Order ID", { exact: true }).check();
  await expect.poll(() => params(page).get("columns")).toBe("call_id,order_id");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("columnheader", { name: "Order ID" })).toBeVisible();
  await expect(page.locator(".cell-order_id").filter({ hasText: "order-of-the-tests" })).toHaveCount(1);
  await page.getByRole("button", { name: "Filter", exact: true }).click();
  await page.getByRole("combobox", { name: /^Filter/ }).selectOption("Order ID");
  await page.getByLabel("Value").fill("order-of-the-tests");
  await page.getByLabel("Value").press("Enter");
  await expect.poll(() => params(page).get("order_id")).toBe("order-of-the-tests");
  await expect(rows(page)).toHaveText(["h-job-3order-of-the-tests"]);
});

test("export shows the number of calls, and saves them", async ({ page, request }) => {
  const { summary } = await api(request, "activity?account=HOSTIL");
  await page.goto("/logs?account=HOSTIL");
  await page.getByRole("button", { name: "Export" }).click();
  await expect(page.getByText(`${summary.calls} calls match`)).toBeVisible();
  const [whole] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: /Whole calls/ }).click(),
  ]);
  const text = await textOf(whole);
  expect(text).toContain('"n":12345678901234567890,"n":9007199254740993,"d":1.10,"e":1E+400');
  expect(text.trimEnd().split("\n").length).toBeGreaterThanOrEqual(Number(summary.calls));
  const [csv] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("link", { name: /CSV/ }).click(),
  ]);
  const [head, ...lines] = (await textOf(csv)).trimEnd().split("\n");
  expect(head!.trim()).toBe("ts,status,method,endpoint,account,duration_ms");
  expect(lines.length).toBe(Number(summary.calls));
  await page.getByRole("button", { name: "Copy as a request line" }).click();
  expect(await clipboard(page)).toBe("LOGS account=HOSTIL");
});

async function textOf(download: { createReadStream(): Promise<NodeJS.ReadableStream> }): Promise<string> {
  let text = "";
  for await (const chunk of await download.createReadStream()) text += String(chunk);
  return text;
}

function liveCall(id: string, account: string): string {
  return JSON.stringify({
    ts: new Date().toISOString(),
    call_id: id,
    account,
    endpoint: "/api/live",
    status: 200,
  });
}

test("the live tail shows calls as they arrive, and pauses while scrolled or selected", async ({ page }) => {
  const account = `LIVE${Date.now()}`;
  await send(Array.from({ length: 60 }, (_, at) => liveCall(`before-${at}`, account)));
  await page.goto(`/logs?account=${account}&columns=ts,call_id`);
  await expect(page.locator(".matching")).toHaveText("60 calls");
  await page.keyboard.press("l");
  await expect.poll(() => params(page).get("live")).toBe("1");
  await expect(page.getByRole("button", { name: "Live", exact: true })).toHaveAttribute(
    "aria-pressed",
    "true",
  );
  await send([liveCall("live-1", account)]);
  await expect(page.locator('[data-at="0"]')).toContainText("live-1");

  const scroller = page.getByRole("grid");
  await scroller.evaluate((element) => element.scrollTo(0, 320));
  const seen = await page.locator('[data-at="12"]').textContent();
  await send([liveCall("live-2", account), liveCall("live-3", account)]);
  const pill = page.getByRole("button", { name: "2 new" });
  await expect(pill).toBeVisible();
  expect(await page.locator('[data-at="12"]').textContent()).toBe(seen);
  await pill.click();
  await expect(page.locator('[data-at="0"]')).toContainText("live-3");
  await expect(page.locator('[data-at="1"]')).toContainText("live-2");

  await page.locator('[data-at="3"] .cell-call_id').selectText();
  await send([liveCall("live-4", account)]);
  await expect(page.getByRole("button", { name: "1 new" })).toBeVisible();
  await page.evaluate(() => getSelection()?.removeAllRanges());
  await expect(page.locator('[data-at="0"]')).toContainText("live-4");
});

test.describe("a cut connection", () => {
  test.use({ expected: /Failed to load resource|net::ERR|asked http:\/\/127\.0\.0\.1/ });

  test("the live tail resumes where it was cut, without gap or repeat", async ({ page }) => {
    const account = `CUT${Date.now()}`;
    const proxy = await startProxy(Number(new URL(PAGE).port));
    try {
      await page.goto(`http://127.0.0.1:${proxy.port}/logs?live=1&columns=call_id&account=${account}`);
      await expect(page.getByRole("button", { name: "Live", exact: true })).toBeVisible();
      await send([liveCall("before the cut", account)]);
      await expect(rows(page)).toHaveText(["before the cut"]);
      proxy.cut();
      await expect(page.getByRole("button", { name: "Reconnecting…" })).toBeVisible();
      await send([liveCall("within the cut", account)]);
      proxy.mend();
      await expect(rows(page)).toHaveCount(2, { timeout: 20_000 });
      await send([liveCall("after the cut", account)]);
      await expect(rows(page)).toHaveCount(3);
      const shown = await Promise.all([0, 1, 2].map((at) => page.locator(`[data-at="${at}"]`).textContent()));
      expect(shown).toEqual(["after the cut", "within the cut", "before the cut"]);
    } finally {
      proxy.close();
    }
  });
});

test.describe("a rejected request to follow", () => {
  test.use({ expected: /Failed to load resource/ });

  test("the live tail resumes after its last call", async ({ page }) => {
    const account = `AGAIN${Date.now()}`;
    await send([liveCall("seen", account)]);
    await page.goto(`/logs?account=${account}&columns=call_id`);
    await expect(rows(page)).toHaveText(["seen"]);
    const { rows: calls } = await api(page.request, `logs?account=${account}`);
    let asked = 0;
    await page.route("**/api/v1/follow*", (route) => {
      asked++;
      if (asked === 1) {
        return route.fulfill({
          contentType: "text/event-stream",
          body: `retry: 50\nid: ${calls[0]!.ref}\ndata: ${JSON.stringify(calls[0])}\n\n`,
        });
      }
      return asked === 2 ? route.fulfill({ status: 503 }) : route.continue();
    });
    await page.keyboard.press("l");
    await expect.poll(() => asked).toBe(2);
    await send([liveCall("while refused", account)]);
    await expect(rows(page)).toHaveText(["while refused", "seen"]);
  });
});

test("skipped calls of the live tail are a row", async ({ page }) => {
  await page.route("**/api/v1/follow*", (route) =>
    route.fulfill({
      contentType: "text/event-stream",
      body: 'retry: 60000\nevent: missed\ndata: {"missed":120}\n\n',
    }),
  );
  await page.goto("/logs?live=1&columns=call_id&account=HOSTIL");
  await expect(page.locator(".log-missed")).toHaveText(/120 calls were skipped/);
  await expect(page.getByRole("button", { name: "Reconnecting…" })).toBeVisible();
});

test("a past period can't be followed", async ({ page }) => {
  await page.goto("/logs?date=yesterday");
  await expect(page.getByRole("button", { name: "Live" })).toBeDisabled();
});

test("a pasted text or link finds its call", async ({ page }) => {
  await page.goto("/activity");
  await page.keyboard.press("/");
  await page.keyboard.type("ticket: the customer got error-of-the-tests from us");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "1 call", exact: true })).toBeVisible();
  await expect(page.locator(".tokens")).toContainText("error_id");
  await page.locator("table.groups tbody a").click();
  await expect(page.getByRole("heading", { level: 1 })).toContainText("/api/hostile");
  const url = page.url();
  await page.goto("/activity");
  await page.getByLabel("Find a call by pasted text").fill(url);
  await page.keyboard.press("Enter");
  await expect.poll(() => page.url()).toBe(url);
  await page.getByLabel("Find a call by pasted text").fill("nothing known here");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "No ID in this text is known" })).toBeVisible();
});

test("Activity, Logs and Errors share filters", async ({ page }) => {
  await page.goto("/activity?status=failed&date=last-7-days&compare=previous");
  await page.getByRole("navigation").getByRole("link", { name: "Logs" }).click();
  await expect.poll(() => new URL(page.url()).search).toBe("?status=failed&date=last-7-days");
  await openFilter(page, "Status");
  await page.getByLabel("All failed codes").uncheck();
  await page.keyboard.press("Escape");
  await page.getByRole("navigation").getByRole("link", { name: "Errors" }).click();
  await expect.poll(() => new URL(page.url()).search).toBe("?date=last-7-days");
});

test("a truncated answer is an error", async ({ page }) => {
  await answerWith(page, "logs", [{ ts: "2026-11-20T00:00:00Z", ids: {}, ref: "r" }]);
  await page.goto("/logs");
  await expect(page.getByRole("alert")).toContainText("was cut off");
});
