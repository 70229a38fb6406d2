// Fixtures and helpers of all tests. A test fails if the page logs an error, opens a dialog, or contacts another host.

import { expect, test as base, type Page, type APIRequestContext } from "@playwright/test";
import { sendLines } from "./send_lines";

export const PAGE = process.env.FORTNIGHT_PAGE ?? "";

interface Fixtures {
  /** Matches the errors that the test provokes. Other errors fail it. */
  expected: RegExp;
  watched: void;
}

export const test = base.extend<Fixtures>({
  baseURL: async ({}, use) => use(PAGE),
  expected: [/^$/, { option: true }],
  watched: [
    async ({ page, expected, baseURL }, use) => {
      const found: string[] = [];
      page.on("console", (message) => {
        if (message.type() === "error" || message.type() === "warning") found.push(message.text());
      });
      page.on("pageerror", (error) => found.push(`${error.message}\n${error.stack}`));
      page.on("dialog", (dialog) => {
        found.push(`dialog: ${dialog.message()}`);
        void dialog.dismiss();
      });
      page.on("request", (request) => {
        if (!request.url().startsWith(baseURL ?? PAGE) && !request.url().startsWith("blob:"))
          found.push(`asked ${request.url()}`);
      });
      await use();
      expect(found.filter((text) => !expected.test(text))).toEqual([]);
    },
    { auto: true },
  ],
});

export { expect };

export interface ApiAnswer {
  rows: Record<string, unknown>[];
  summary: Record<string, unknown>;
}

export async function api(request: APIRequestContext, route: string): Promise<ApiAnswer> {
  const response = await request.get(`${PAGE}/api/v1/${route}`, { headers: { Accept: "application/json" } });
  expect(response.status(), route).toBe(200);
  return (await response.json()) as ApiAnswer;
}

export async function refOf(request: APIRequestContext, callId: string): Promise<string> {
  const { rows } = await api(request, `logs?call_id=${callId}&limit=1`);
  expect(rows.length, callId).toBe(1);
  return String(rows[0]!.ref);
}

export async function send(lines: readonly string[]): Promise<void> {
  await sendLines(Number(process.env.FORTNIGHT_INTAKE), lines);
}

export const params = (page: Page): URLSearchParams => new URL(page.url()).searchParams;

/** The row elements of the log table. */
export const rows = (page: Page) => page.locator(".log-rows .log-row");

export async function openFilter(page: Page, name: string): Promise<void> {
  await page
    .getByRole("region", { name: "Filters" })
    .getByRole("button", { name: new RegExp(`^${name}( |$)`) })
    .click();
}

/** Answers all requests of a route with these lines. */
export async function answerWith(page: Page, route: string, lines: unknown[], status = 200): Promise<void> {
  await page.route(`**/api/v1/${route}*`, (handler) =>
    handler.fulfill({
      status,
      contentType: status === 200 ? "application/x-ndjson" : "application/problem+json",
      body: lines.map((line) => JSON.stringify(line)).join("\n") + "\n",
    }),
  );
}

export const clipboard = (page: Page): Promise<string> => page.evaluate(() => navigator.clipboard.readText());
