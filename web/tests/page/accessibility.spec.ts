// Every screen, light and dark, at three widths: axe finds no violation, and nothing is wider than the window.

import { check } from "./check";
import { answerWith, expect, refOf, rows, test } from "./support";

const WIDTHS = [1440, 768, 390];

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of WIDTHS) {
    test.describe(`${colorScheme}, ${width} px`, () => {
      test.use({
        colorScheme,
        viewport: { width, height: width === 390 ? 844 : 900 },
        contextOptions: { reducedMotion: "reduce" },
      });
      // Each check takes seconds on a busy machine.
      test.describe.configure({ timeout: 240_000 });

      test("Activity", async ({ page }) => {
        await page.goto("/activity?date=last-7-days&compare=previous&quantiles=0.5,0.95,0.99");
        await expect(page.locator(".tile")).toHaveCount(6);
        await expect(page.locator(".error-row").first()).toBeVisible();
        await check(page, "Activity");
        await page.getByRole("button", { name: "Table" }).click();
        await check(page, "its table");
        await page.getByRole("button", { name: "Last 7 days" }).click();
        await check(page, "periods");
        await page.keyboard.press("Escape");
        await page.getByRole("button", { name: /^Status/ }).click();
        await check(page, "statuses");
      });

      test("Logs and their menus", async ({ page }) => {
        await page.goto("/logs?status=failed&date=last-7-days");
        await expect(rows(page).first()).toBeVisible();
        await check(page, "Logs");
        for (const name of ["Columns", "Export", "Account"]) {
          await page.getByRole("button", { name: new RegExp(`^${name}`) }).click();
          await expect(page.getByRole("dialog")).toBeVisible();
          await check(page, name);
          await page.keyboard.press("Escape");
        }
        await page.getByRole("button", { name: "Filter", exact: true }).click();
        await check(page, "a filter");
        await page.keyboard.press("Escape");
        await page.keyboard.press("?");
        await expect(page.getByRole("dialog", { name: "Help" })).toBeVisible();
        await check(page, "help");
      });

      test("a call", async ({ page, request }) => {
        for (const id of ["h-job-3", "h-numbers", "h-bidi"]) {
          const reference = await refOf(request, id);
          for (const view of ["exchange", "line", "around", "twin"]) {
            await page.goto(`/calls/${reference}?view=${view}&text=jo@`);
            await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
            await page.waitForLoadState("networkidle");
            await check(page, `${id} ${view}`);
          }
        }
      });

      test("the other pages", async ({ page, request }) => {
        await page.goto(`/logs?account=HOSTIL&call=${await refOf(request, "h-html")}`);
        await expect(page.getByRole("complementary")).toBeVisible();
        await check(page, "a call beside the table");
        await page.goto("/errors?date=last-7-days");
        await expect(page.locator("table.groups tbody tr").first()).toBeVisible();
        await check(page, "Errors");
        await page.goto("/help");
        await check(page, "Help");
        await page.goto("/logs?account=HOSTIL&status=404&date=last-7-days");
        await expect(page.locator(".narrowing")).toBeVisible();
        await check(page, "an empty answer");
        await page.goto("/logs?find=error-of-the-tests");
        await expect(page.locator("table.groups tbody tr").first()).toBeVisible();
        await check(page, "what was found");
        await answerWith(page, "logs", [{ error: { code: "io", detail: "the disk can't be read" } }]);
        await page.goto("/logs");
        await expect(page.getByRole("alert")).toBeVisible();
        await check(page, "a failure");
      });
    });
  }
}

test("on a phone a row opens the page of its call, and menus are sheets", async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 844 });
  await page.goto("/logs?date=last-7-days");
  await rows(page).nth(2).click();
  await expect.poll(() => new URL(page.url()).pathname).toMatch(/^\/calls\//);
  await page.goBack();
  await page.getByRole("button", { name: /^Last 7 days/ }).click();
  const box = (await page.getByRole("dialog").boundingBox())!;
  expect(box.x).toBe(0);
  expect(box.y + box.height).toBe(844);
});
