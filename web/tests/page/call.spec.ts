import { HOSTILE } from "./hostile_calls";
import { answerWith, clipboard, expect, params, refOf, rows, send, test } from "./support";

test("a row opens the call beside the table; j and k step through calls; Back and reload restore it", async ({
  page,
  request,
}) => {
  await page.goto(`/logs?account=${HOSTILE}&columns=call_id`);
  await rows(page).filter({ hasText: "h-job-3" }).click();
  const panel = page.getByRole("complementary", { name: "Call" });
  await expect(panel.getByRole("heading", { level: 2 })).toContainText("/api/hostile");
  await expect.poll(() => params(page).get("call")).toBe(await refOf(request, "h-job-3"));
  await page.keyboard.press("j");
  await expect.poll(() => params(page).get("call")).toBe(await refOf(request, "h-job-2"));
  await page.keyboard.press("k");
  await expect.poll(() => params(page).get("call")).toBe(await refOf(request, "h-job-3"));
  await page.reload();
  await expect(panel).toContainText("error-of-the-tests");
  await page.keyboard.press("Escape");
  await expect(panel).toBeHidden();
  await page.goBack();
  await expect(panel).toBeVisible();
  await panel.getByRole("link", { name: "Open" }).click();
  await expect.poll(() => new URL(page.url()).pathname).toBe(`/calls/${await refOf(request, "h-job-3")}`);
});

test("numbers, escapes and duplicate keys are shown as received", async ({ page, request }) => {
  await page.goto(`/calls/${await refOf(request, "h-numbers")}`);
  const tree = page.getByRole("tree", { name: "Request body" });
  await expect(tree.locator(".json-value").first()).toHaveText("12345678901234567890");
  const values = await tree.locator(".json-value").allTextContents();
  expect(values.slice(0, 7)).toEqual([
    "12345678901234567890",
    "9007199254740993",
    "1.10",
    "1E+400",
    "-0",
    '"caf\\u00e9\\/"',
    '"\\ud800x"',
  ]);
  await expect(tree.getByText("duplicate key")).toHaveCount(1);
});

test("a value can be filtered, excluded, added as a column and copied", async ({ page, request }) => {
  const reference = await refOf(request, "h-job-1");
  await page.goto(`/logs?account=${HOSTILE}&call=${reference}`);
  const row = page
    .getByRole("tree", { name: "Request body" })
    .getByRole("treeitem")
    .filter({ hasText: "jo@example.com" });
  await row.hover();
  await row.getByRole("button", { name: "Copy the value" }).click();
  await expect.poll(() => clipboard(page)).toBe("jo@example.com");
  await row.getByRole("button", { name: "Copy the pointer" }).click();
  await expect.poll(() => clipboard(page)).toBe("/request/body/email");
  await row.getByRole("button", { name: "Only calls with this value" }).click();
  await expect.poll(() => params(page).get("/request/body/email")).toBe("jo@example.com");
  await expect(rows(page)).toHaveCount(1);
  await expect(page.getByText("Your filter matched at /request/body/email")).toBeVisible();
  await expect(page.locator(".json-row.is-match")).toHaveCount(1);
  await page.goBack();
  await row.hover();
  await row.getByRole("button", { name: "Only calls without this value" }).click();
  await expect.poll(() => params(page).get("/request/body/email!")).toBe("jo@example.com");
  await expect(page.locator(".cell-status").filter({ hasText: "202" })).toHaveCount(0);
  await page.goBack();
  await row.hover();
  await row.getByRole("button", { name: "Add as a column" }).click();
  await expect.poll(() => params(page).get("columns")).toContain("/request/body/email");
  await expect(page.locator(".cell-pointer").filter({ hasText: "jo@example.com" })).toBeVisible();
});

test("the tree works with the keyboard", async ({ page, request }) => {
  await page.goto(`/calls/${await refOf(request, "h-numbers")}?view=line`);
  const tree = page.getByRole("tree", { name: "Whole line" });
  await tree.getByRole("treeitem").first().focus();
  for (let at = 0; at < 3; at++) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("p");
  await expect.poll(() => clipboard(page)).toBe("/method");
  await page.keyboard.press("y");
  await expect.poll(() => clipboard(page)).toBe("GET");
  const request_ = tree.getByRole("treeitem").filter({ hasText: /^request/ });
  await request_.focus();
  await page.keyboard.press("ArrowLeft");
  await expect(request_).toHaveAttribute("aria-expanded", "false");
  await page.keyboard.press("ArrowRight");
  await expect(request_).toHaveAttribute("aria-expanded", "true");
  await tree
    .getByRole("treeitem")
    .filter({ hasText: /^method/ })
    .focus();
  await page.keyboard.press("=");
  await expect.poll(() => params(page).get("method")).toBe("GET");
  expect(new URL(page.url()).pathname).toBe("/logs");
});

test("matches of a text filter are listed and highlighted", async ({ page, request }) => {
  const reference = await refOf(request, "h-job-1");
  await page.goto(`/logs?account=${HOSTILE}&text=jo@example.com&call=${reference}`);
  await expect(page.getByText("Your filter matched at /request/body/email")).toBeVisible();
  await expect(page.locator("mark")).toHaveText("jo@example.com");
});

test("the cURL command has no secrets", async ({ page, request }) => {
  await page.goto(`/calls/${await refOf(request, "h-html")}`);
  await page.getByRole("button", { name: "cURL" }).click();
  await expect.poll(() => clipboard(page)).toContain("curl");
  const command = await clipboard(page);
  expect(command).toContain('-H "authorization: ');
  expect(command).toContain("$TOKEN");
  expect(command).not.toContain("secret-token-1");
  expect(command).toContain("it'\\''s");
});

test("the ticket's text and the link identify the call", async ({ page, request }) => {
  const reference = await refOf(request, "h-job-3");
  await page.goto(`/calls/${reference}`);
  await page.getByRole("button", { name: "Ticket" }).click();
  await expect.poll(() => clipboard(page)).toContain("422 Unprocessable entity");
  const ticket = await clipboard(page);
  expect(ticket).toContain("error_id: `error-of-the-tests`");
  expect(ticket).toContain("America/New_York");
  expect(ticket).toContain("(UTC)");
  expect(ticket).toContain(`/calls/${reference}`);
  await page.getByRole("button", { name: "Link" }).click();
  await expect.poll(() => clipboard(page)).toBe(page.url());
  await page.evaluate(() => navigator.clipboard.writeText(""));
  await page.keyboard.press("c");
  await expect.poll(() => clipboard(page)).toBe(page.url());
});

test("shows calls around it, those of its job, and a successful one", async ({ page, request }) => {
  const failed = await refOf(request, "h-job-3");
  await page.goto(`/calls/${failed}`);
  await page.getByRole("tab", { name: "Around this call" }).click();
  await expect.poll(() => params(page).get("view")).toBe("around");
  await expect(page.locator(".call-list li")).toHaveCount(9);
  await expect(page.locator(".call-list .is-current")).toHaveCount(1);
  await page.getByRole("tab", { name: "Compare with a successful call" }).click();
  await expect(page.locator(".differences")).toContainText("/request/body/email");
  const difference = page.locator(".differences tbody tr").filter({ hasText: "/request/body/email" });
  await expect(difference.locator("td")).toHaveText(['"jo@"', '"jo@example.com"']);
  await page.goto(`/calls/${await refOf(request, "h-job-2")}?view=job`);
  await expect(page.locator(".call-list li")).toHaveCount(2);
  await expect(page.locator(".stage")).toHaveText(["submission", "poll"]);
  await page.locator(".call-list a").first().click();
  await expect(page.locator(".facts")).toContainText("h-job-1");
});

test("differences that successful calls have too are folded", async ({ page, request }) => {
  const account = `TWIN${Date.now()}`;
  const call = (id: string, seconds: number, status: number, kind: string): string =>
    JSON.stringify({
      ts: new Date(Date.now() - 60_000 + seconds * 1000).toISOString(),
      call_id: `${account}-${id}`,
      account,
      method: "POST",
      endpoint: "/api/twins",
      status,
      duration_ms: seconds,
      request: { headers: { "x-forwarded-for": `192.0.2.${seconds}` }, body: { kind, name: id } },
    });
  await send([call("a", 1, 200, "import"), call("b", 2, 200, "import"), call("c", 3, 422, "export")]);
  await page.goto(`/calls/${await refOf(request, `${account}-c`)}?view=twin`);
  const shown = page.getByRole("region", { name: "Differences", exact: true });
  await expect(shown.getByRole("rowheader")).toHaveText(["/status", "/request/body/kind"]);
  const folded = page.getByRole("region", { name: "Differences that successful calls have too" });
  await expect(folded).toBeHidden();
  await page.getByText("3 differences that successful calls have too").click();
  await expect(folded.getByRole("rowheader")).toHaveText([
    "/duration_ms",
    "/request/body/name",
    "/request/headers/x-forwarded-for",
  ]);
});

test("markup and scripts are text", async ({ page, request }) => {
  for (const id of ["h-html", "h-bidi"]) {
    const reference = await refOf(request, id);
    for (const url of [
      `/calls/${reference}`,
      `/calls/${reference}?view=line`,
      `/logs?account=${HOSTILE}&call=${reference}`,
    ]) {
      await page.goto(url);
      await expect(page.getByRole("tree").first()).toBeVisible();
      expect(await page.locator("#page img, #page script, #page b, #page svg[onload]").count()).toBe(0);
    }
  }
  await page.goto(`/calls/${await refOf(request, "h-html")}`);
  await expect(page.locator("body")).toContainText("<script>alert(1)</script>");
  await page.goto("/activity?account=HOSTIL");
  await expect(page.getByRole("region", { name: "Endpoints" })).toContainText("<img src=x onerror=alert(1)>");
  await page.goto("/logs?text=%3Cscript%3E&endpoint=%3Cimg*");
  await expect(page.getByRole("button", { name: /<script>/ })).toBeVisible();
});

test("characters that reorder, hide or control text are shown as codes", async ({ page, request }) => {
  await page.goto(`/calls/${await refOf(request, "h-bidi")}`);
  await expect(page.locator("main")).toContainText("U+202E");
  const text = (await page.locator("main").textContent()) ?? "";
  expect(text).toContain("U+200B");
  expect(text).not.toMatch(/[\u202a-\u202e\u2066-\u2069\u200b\u0000\u001b]/);
});

test("a value of 900 KB is shortened to its beginning, or to the part that matched", async ({
  page,
  request,
}) => {
  const reference = await refOf(request, "h-big");
  await page.goto(`/calls/${reference}`);
  const value = page.locator(".json-string").first();
  await expect(value).toContainText("show all of 900");
  expect(((await value.textContent()) ?? "").length).toBeLessThan(2000);
  await page.goto(`/calls/${reference}?text=needle-at-the-end`);
  await expect(page.locator("mark")).toHaveText("needle-at-the-end");
  await page.goto(`/calls/${reference}`);
  await page.getByRole("button", { name: /show all of/ }).click();
  await expect.poll(async () => ((await value.textContent()) ?? "").length).toBeGreaterThan(900_000);
});

test("of 100,000 values, the first are shown, and the rest on demand", async ({ page, request }) => {
  await page.goto(`/calls/${await refOf(request, "h-nodes")}`);
  await expect(page.getByText("The first 20,000 values are shown")).toBeVisible();
  const items = page.getByRole("treeitem");
  expect(await items.count()).toBeLessThan(300);
  await page.getByRole("button", { name: "Show the rest" }).click();
  await expect(page.getByRole("tree", { name: "Response body" })).toContainText("[ 100,000 ]");
  await page.getByRole("button", { name: /Show 1,000 more of 99,900/ }).click();
  await expect.poll(() => items.count()).toBeGreaterThan(1000);
  const [raw] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Raw" }).click(),
  ]);
  expect(raw.suggestedFilename()).toMatch(/^call-.*\.json$/);
});

test("calls without fields and with very long fields fit the page", async ({ page, request }) => {
  await page.goto(`/calls/${await refOf(request, "h-nothing")}`);
  await expect(page.locator(".facts")).toContainText("h-nothing");
  await page.goto(`/calls/${await refOf(request, "h-odd-ids")}`);
  const heading = (await page.getByRole("heading", { level: 1 }).boundingBox())!;
  expect(heading.height).toBeLessThan(140);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(1440);
});

test("redacted values are marked", async ({ page, request }) => {
  await page.goto(`/calls/${await refOf(request, "h-html")}`);
  await expect(page.locator(".json-redacted").first()).toHaveText("[redacted]");
});

test.describe("missing calls", () => {
  test.use({ expected: /Failed to load resource/ });

  test("an unknown reference is an error", async ({ page }) => {
    await page.goto("/calls/no-such-call");
    await expect(page.locator("main")).toContainText(/No such call|isn.t valid/);
  });

  test("a dropped call links to the counts of its day", async ({ page }) => {
    await answerWith(
      page,
      "calls/*",
      [{ status: 410, code: "dropped", detail: "gone", counts: "/api/v1/activity?date=2026-11-01" }],
      410,
    );
    await page.goto("/calls/20260-1");
    await expect(page.getByRole("heading", { name: "This call is no longer kept" })).toBeVisible();
    await page.getByRole("link", { name: "Show the counts" }).click();
    await expect.poll(() => page.url()).toContain("/activity?date=2026-11-01");
  });
});
