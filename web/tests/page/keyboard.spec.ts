// The page works with the keyboard alone.

import { expect, params, rows, test } from "./support";

test("from Activity to a call and back without a mouse", async ({ page }) => {
  await page.goto("/activity?date=last-7-days");
  await expect(page.locator(".tile").first()).toBeVisible();
  await page.keyboard.press("g");
  await page.keyboard.press("l");
  await expect.poll(() => new URL(page.url()).pathname).toBe("/logs");
  await expect(rows(page).first()).toBeVisible();
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await expect(page.locator('[data-at="1"]')).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("complementary", { name: "Call" })).toBeVisible();
  await page.keyboard.press("[");
  await expect(page.locator('[data-at="2"]')).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("]");
  await expect(page.locator('[data-at="1"]')).toHaveAttribute("aria-selected", "true");
  await page.keyboard.press("Enter");
  await expect.poll(() => new URL(page.url()).pathname).toMatch(/^\/calls\//);
  await page.keyboard.press("Escape");
  await expect.poll(() => new URL(page.url()).pathname).toBe("/logs");
  await page.keyboard.press("g");
  await page.keyboard.press("a");
  await expect.poll(() => new URL(page.url()).pathname).toBe("/activity");
  await expect(page.locator(".tile").first()).toBeVisible();
  await page.keyboard.press("[");
  await expect.poll(() => params(page).get("from")).not.toBe(null);
  await page.keyboard.press("x");
  await expect.poll(() => new URL(page.url()).search).toBe("");
  await page.keyboard.press("g");
  await page.keyboard.press("e");
  await expect.poll(() => new URL(page.url()).pathname).toBe("/errors");
});

test("filters work with Tab, arrow keys and Space", async ({ page }) => {
  await page.goto("/logs?date=last-7-days");
  const button = page.getByRole("button", { name: /^Status/ });
  for (
    let turn = 0;
    turn < 30 && !(await button.evaluate((element) => element === document.activeElement));
    turn++
  ) {
    await page.keyboard.press("Tab");
  }
  await expect(button).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("All statuses")).toBeFocused();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Space");
  await expect.poll(() => params(page).get("status")).toBe("success");
  await page.keyboard.press("Escape");
  await expect(button).toBeFocused();
  await expect(page.getByRole("dialog")).toBeHidden();
});

test("arrow keys move the selection of the table, and scroll it into view", async ({ page }) => {
  await page.goto("/logs?date=last-7-days");
  await expect(rows(page).first()).toBeVisible();
  await page.getByRole("grid").focus();
  for (let turn = 0; turn < 40; turn++) await page.keyboard.press("ArrowDown");
  await expect(page.locator('[data-at="39"]')).toHaveAttribute("aria-selected", "true");
  await expect(page.locator('[data-at="39"]')).toBeInViewport();
  await expect(page.getByRole("grid")).toHaveAttribute("aria-activedescendant", "row-39");
});

test("? opens the help and Escape closes it; keys do nothing in text fields", async ({ page }) => {
  await page.goto("/activity");
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Help" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog", { name: "Help" })).toBeHidden();
  await page.keyboard.press("/");
  await expect(page.getByLabel("Find a call by pasted text")).toBeFocused();
  await page.keyboard.type("gl?x");
  await expect(page.getByLabel("Find a call by pasted text")).toHaveValue("gl?x");
  expect(new URL(page.url()).pathname).toBe("/activity");
});

test("the skip link leads to the content", async ({ page }) => {
  await page.goto("/activity");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to the content" })).toBeFocused();
});
