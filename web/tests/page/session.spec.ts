// Sign-in, enrolment and sessions, against a fortnightd that asks for an identity.

import { createHmac } from "node:crypto";
import { mkdirSync, readFileSync } from "node:fs";
import type { Browser, Page } from "@playwright/test";
import { check } from "./check";
import { startDaemon, type Daemon } from "./daemon";
import { sendLines } from "./send_lines";
import { expect, rows, test as base } from "./support";

const PASSWORD = "correct horse battery";
const CALLS = 40;
const PLACE = "/logs?account=A&date=last-7-days";

const test = base.extend<{ baseURL: string }, { daemon: Daemon }>({
  daemon: [
    async ({}, use) => {
      const daemon = await startDaemon(
        "access: {required: true}\n",
        '{listen: "127.0.0.1:0", require_identity: false}',
      );
      const lines = Array.from({ length: CALLS }, (_, number) => line(number));
      await sendLines(daemon.intake, lines);
      await use(daemon);
      await daemon.stop();
    },
    { scope: "worker" },
  ],
  baseURL: async ({ daemon }, use) => use(daemon.url),
  // What the browser says of refusals.
  expected: [/status of 4(00|01|03)/, { option: true }],
});

function line(number: number): string {
  return JSON.stringify({
    ts: new Date(Date.now() - number * 60_000).toISOString(),
    call_id: `s-${number}`,
    account: number % 2 ? "A" : "B",
    endpoint: "/api/orders",
    status: 200,
    request: { body: { note: "only with both factors" } },
  });
}

function totp(secret: string, step: number): string {
  const bits = [...secret].map((c) =>
    "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0"),
  );
  const key = Buffer.from(
    bits
      .join("")
      .match(/.{8}/g)!
      .map((byte) => parseInt(byte, 2)),
  );
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const digest = createHmac("sha1", key).update(counter).digest();
  const at = digest[19]! & 15;
  return String((digest.readUInt32BE(at) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}

/** Somebody with an authenticator app, each of whose codes is accepted once. */
class Person {
  private used = 0;
  secret = "";
  codes: string[] = [];

  constructor(
    private readonly daemon: Daemon,
    readonly name: string,
    private readonly rights = "counts,calls,bodies",
  ) {}

  add(): string {
    const row = this.daemon.client("user", "add", this.name, "--rights", this.rights);
    return (JSON.parse(row.split("\n")[0]!) as { password: string }).password;
  }

  async code(): Promise<string> {
    const now = () => Math.floor(Date.now() / 30_000);
    const step = Math.max(now() - 1, this.used + 1);
    while (step > now() + 1) await new Promise((resolve) => setTimeout(resolve, 500));
    this.used = step;
    return totp(this.secret, step);
  }

  /** Adds the person without a browser. */
  async enrol(): Promise<this> {
    const once = this.add();
    let cookie = "";
    const step = async (path: string, body: Record<string, string>): Promise<Record<string, never>> => {
      const response = await fetch(`${this.daemon.url}/api/v1/session${path}`, {
        method: "POST",
        headers: { "Content-Type": "application/json", Cookie: cookie },
        body: JSON.stringify(body),
      });
      expect(response.status, path).toBe(200);
      cookie = response.headers.get("Set-Cookie")?.split(";")[0] ?? cookie;
      return (await response.json()) as Record<string, never>;
    };
    await step("", { name: this.name, password: once });
    await step("/password", { password: PASSWORD });
    this.secret = (await step("/enrolment", {}))["secret"] ?? "";
    this.codes = (await step("/confirmation", { code: await this.code() }))["new_recovery_codes"] ?? [];
    return this;
  }

  async password(page: Page): Promise<void> {
    await page.getByLabel("Name").fill(this.name);
    await page.getByLabel("Password").fill(PASSWORD);
    await page.getByRole("button", { name: "Continue" }).click();
  }

  async signIn(page: Page): Promise<void> {
    await this.password(page);
    await page.getByLabel("Six digits").fill(await this.code());
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    await expect(page.getByRole("button", { name: this.name })).toBeVisible();
  }
}

const heading = (page: Page, name: string) => page.getByRole("heading", { level: 1, name });

test("a first sign-in sets a password and an app, and leads to the place", async ({ page, daemon }) => {
  const jo = new Person(daemon, "jo.first");
  const once = jo.add();
  await page.goto(PLACE);
  await expect(heading(page, "Sign in")).toBeVisible();
  expect(page.url()).toBe(daemon.url + PLACE);
  await expect(page.getByLabel("Name")).toBeFocused();
  await expect(page.getByLabel("Name")).toHaveAttribute("autocomplete", "username");
  await expect(page.getByLabel("Password")).toHaveAttribute("autocomplete", "current-password");
  await page.getByLabel("Name").fill("JO.first");
  await page.getByLabel("Password").fill("not this one");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toHaveText("The name or the password is wrong.");
  await expect(page.getByLabel("Name")).toBeFocused();
  await page.getByLabel("Password").fill(once);
  await page.keyboard.press("Enter");

  await expect(heading(page, "Choose a password")).toBeVisible();
  await page.getByLabel("New password").fill(PASSWORD);
  await page.getByLabel("The same again").fill("another password");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toHaveText("The two passwords differ.");
  await page.getByLabel("The same again").fill(PASSWORD);
  await page.keyboard.press("Enter");

  await expect(heading(page, "Set up an authenticator app")).toBeVisible();
  await expect(page.getByRole("img", { name: "QR code of the secret" })).toBeVisible();
  jo.secret = (await page.locator(".sign-in-secret code").textContent())!.replaceAll(" ", "");
  await expect(page.getByLabel("Six digits")).toHaveAttribute("autocomplete", "one-time-code");
  await page.getByLabel("Six digits").fill("000000");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("alert")).toBeVisible();
  await page.getByLabel("Six digits").fill(await jo.code());
  await page.keyboard.press("Enter");

  await expect(heading(page, "Recovery codes")).toBeFocused();
  const codes = await page.locator(".recovery-codes li").allTextContents();
  expect(codes.length).toBe(10);
  const saving = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download" }).click();
  expect(readFileSync(await (await saving).path(), "utf8")).toBe(codes.join("\n") + "\n");
  await page.getByRole("button", { name: "Copy" }).click();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(codes.join("\n") + "\n");
  await expect(page.getByRole("button", { name: "Continue" })).toBeDisabled();
  await page.getByLabel("I have saved them").check();
  await page.getByRole("button", { name: "Continue" }).click();

  await expect(rows(page).first()).toBeVisible();
  expect(page.url()).toBe(daemon.url + PLACE);
  // Scripts don't see the cookie, over plain HTTP on loopback it is kept all the same.
  expect(await page.evaluate(() => document.cookie)).toBe("");
  const [cookie] = await page.context().cookies();
  expect(cookie).toMatchObject({
    name: "__Host-fortnight",
    httpOnly: true,
    secure: true,
    sameSite: "Strict",
  });
  await page.reload();
  await expect(rows(page).first()).toBeVisible();

  await page.getByRole("button", { name: jo.name }).click();
  await expect(page.getByRole("dialog", { name: "Your session" })).toContainText("counts, calls, bodies");
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(heading(page, "Sign in")).toBeVisible();
  await page.reload();
  await expect(heading(page, "Sign in")).toBeVisible();
});

test("a recovery code signs in once", async ({ page, daemon }) => {
  const jo = await new Person(daemon, "jo.recovers").enrol();
  await page.goto("/");
  for (const state of ["accepted", "used"]) {
    await jo.password(page);
    await page.getByRole("button", { name: "Use a recovery code" }).click();
    await page.getByLabel("Recovery code").fill(jo.codes[2]!);
    await page.getByRole("button", { name: "Sign in", exact: true }).click();
    if (state === "used") break;
    await page.getByRole("button", { name: jo.name }).click();
    await expect(page.getByRole("dialog")).toContainText("9 recovery codes are left");
    await page.getByRole("button", { name: "Sign out" }).click();
  }
  await expect(page.getByRole("alert")).toBeVisible();
  await page.getByRole("button", { name: "Sign in as somebody else" }).click();
  await expect(heading(page, "Sign in")).toBeVisible();
});

test("a session that ends during use leads to the sign-in and back", async ({ page, daemon }) => {
  const jo = await new Person(daemon, "jo.returns").enrol();
  await page.goto(PLACE);
  await jo.signIn(page);
  await expect(rows(page).first()).toBeVisible();
  await page.goto("/errors?date=last-7-days&account=B");
  await expect(page.getByRole("button", { name: jo.name })).toBeVisible();
  const place = page.url();
  daemon.client("user", "disable", jo.name);
  daemon.client("user", "enable", jo.name);
  await page.keyboard.press("r");
  await expect(page.getByText("Your session has ended.")).toBeVisible();
  expect(page.url()).toBe(place);
  await jo.signIn(page);
  expect(page.url()).toBe(place);
});

test("a live tail that loses its session leads to the sign-in", async ({ page, daemon }) => {
  const jo = await new Person(daemon, "jo.tails").enrol();
  await page.goto(`${PLACE}&live=1`);
  await jo.signIn(page);
  await sendLines(daemon.intake, [line(1)]);
  daemon.client("user", "disable", jo.name);
  await sendLines(daemon.intake, [line(1)]);
  await expect(heading(page, "Sign in")).toBeVisible();
});

test("all sessions of a person end", async ({ page, daemon, browser }) => {
  const jo = await new Person(daemon, "jo.everywhere").enrol();
  const other = await anotherPage(browser, daemon);
  await page.goto(PLACE);
  await jo.signIn(page);
  await other.goto(PLACE);
  await jo.signIn(other);
  await page.getByRole("button", { name: jo.name }).click();
  await page.getByRole("button", { name: "End all sessions" }).click();
  await expect(heading(page, "Sign in")).toBeVisible();
  await other.keyboard.press("r");
  await expect(heading(other, "Sign in")).toBeVisible();
  await other.context().close();
});

async function anotherPage(browser: Browser, daemon: Daemon): Promise<Page> {
  return (await browser.newContext({ baseURL: daemon.url })).newPage();
}

test("another authenticator app replaces the first", async ({ page, daemon }) => {
  const jo = await new Person(daemon, "jo.changes").enrol();
  await page.goto(PLACE);
  await jo.signIn(page);
  await page.getByRole("button", { name: jo.name }).click();
  await page.getByRole("button", { name: "Set up an authenticator app…" }).click();
  await expect(page.getByRole("img", { name: "QR code of the secret" })).toBeVisible();
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(rows(page).first()).toBeVisible();
  await page.getByRole("button", { name: jo.name }).click();
  await page.getByRole("button", { name: "Set up an authenticator app…" }).click();
  const before = jo.secret;
  jo.secret = (await page.locator(".sign-in-secret code").textContent())!.replaceAll(" ", "");
  expect(jo.secret).not.toBe(before);
  await page.getByLabel("Six digits").fill(await jo.code());
  await page.keyboard.press("Enter");
  await page.getByLabel("I have saved them").check();
  await page.getByRole("button", { name: "Continue" }).click();
  await expect(rows(page).first()).toBeVisible();
});

test("open redirect: a sign-in leads nowhere but to the place that was asked for", async ({
  page,
  daemon,
}) => {
  const jo = await new Person(daemon, "jo.stays").enrol();
  const place = "/activity?next=https://evil.example/&return=//evil.example&redirect_uri=javascript:alert(1)";
  await page.goto(place);
  await jo.signIn(page);
  expect(page.url().startsWith(`${daemon.url}/activity?`)).toBe(true);
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [1440, 390]) {
    test.describe(`${colorScheme}, ${width} px`, () => {
      test.use({
        colorScheme,
        viewport: { width, height: width === 390 ? 844 : 900 },
        contextOptions: { reducedMotion: "reduce" },
      });
      test.describe.configure({ timeout: 240_000 });

      test("every step of a sign-in", async ({ page, daemon }) => {
        const seen = async (what: string): Promise<void> => {
          await check(page, what);
          const folder = process.env.FORTNIGHT_SCREENSHOTS;
          if (!folder) return;
          mkdirSync(folder, { recursive: true });
          await page.screenshot({ path: `${folder}/${what}-${colorScheme}-${width}.png` });
        };
        const jo = new Person(daemon, `jo.${colorScheme}.${width}`);
        const once = jo.add();
        await page.goto(PLACE);
        await page.getByLabel("Name").fill(jo.name);
        await page.getByLabel("Password").fill("not this one");
        await page.keyboard.press("Enter");
        await expect(page.getByRole("alert")).toBeVisible();
        await seen("sign-in");
        await page.getByLabel("Password").fill(once);
        await page.keyboard.press("Enter");
        await expect(heading(page, "Choose a password")).toBeVisible();
        await seen("password");
        await page.getByLabel("New password").fill(PASSWORD);
        await page.getByLabel("The same again").fill(PASSWORD);
        await page.keyboard.press("Enter");
        await expect(page.locator(".qr-code")).toBeVisible();
        await seen("enrolment");
        jo.secret = (await page.locator(".sign-in-secret code").textContent())!.replaceAll(" ", "");
        await page.getByLabel("Six digits").fill(await jo.code());
        await page.keyboard.press("Enter");
        await expect(heading(page, "Recovery codes")).toBeVisible();
        await seen("recovery-codes");
        await page.getByLabel("I have saved them").check();
        await page.getByRole("button", { name: "Continue" }).click();
        await page.getByRole("button", { name: jo.name }).click();
        await expect(page.getByRole("dialog", { name: "Your session" })).toBeVisible();
        await seen("menu");
        await page.getByRole("button", { name: "Sign out" }).click();
        await jo.password(page);
        await expect(page.getByLabel("Six digits")).toBeFocused();
        await seen("code");
        await page.getByRole("button", { name: "Use a recovery code" }).click();
        await seen("recovery-code");
      });
    });
  }
}

test("an admin sees on a call's page who was shown it", async ({ page, daemon }) => {
  const client = (...words: string[]): Record<string, string> =>
    JSON.parse(daemon.client(...words).split("\n")[0]!) as Record<string, string>;
  const ref = client("logs", "account=A", "limit=1", "date=last-7-days")["ref"]!;
  daemon.client("show", `ref=${ref}`);
  const admin = await new Person(daemon, "ada", "counts,calls,bodies,admin").enrol();
  await page.goto(`/calls/${ref}?view=readers`);
  await admin.signIn(page);
  await expect(page.getByRole("tab", { name: "Readers" })).toHaveAttribute("aria-selected", "true");
  const region = page.getByRole("region", { name: "Readers of this call" });
  await expect(region.locator("tbody tr").first()).toContainText("person ada");
  await expect(region.locator("tbody tr").last()).toContainText("local ");
  await expect(region.locator("tbody tr").last()).toContainText("this host");
  await check(page, "readers of a call");
  // Others don't.
  await page.getByRole("button", { name: "ada" }).click();
  await page.getByRole("button", { name: "Sign out" }).click();
  const reader = await new Person(daemon, "rob").enrol();
  await reader.signIn(page);
  await expect(page.getByRole("tab", { name: "Whole line" })).toBeVisible();
  await expect(page.getByRole("tab", { name: "Readers" })).toHaveCount(0);
});

test("an admin reads the audit, and filters it", async ({ page, daemon }) => {
  const client = (...words: string[]): Record<string, string> =>
    JSON.parse(daemon.client(...words).split("\n")[0]!) as Record<string, string>;
  const ref = client("logs", "account=A", "limit=1", "date=last-7-days")["ref"]!;
  for (let i = 0; i < 102; ++i) daemon.client("show", `ref=${ref}`);
  daemon.client("export", "account=B", "date=last-7-days");
  const admin = await new Person(daemon, "audrey", "counts,calls,bodies,admin").enrol();
  await page.goto("/activity?date=last-7-days");
  await admin.signIn(page);
  await page.getByRole("button", { name: "audrey" }).click();
  await page.getByRole("link", { name: /audit/ }).click();
  await expect(page).toHaveURL(`${daemon.url}/audit`);
  await expect(page).toHaveTitle("Audit · Fortnight");
  const table = page.getByRole("region", { name: "Records, table" }).locator("tbody tr");
  await expect(table).toHaveCount(100);
  await expect(table.filter({ hasText: "add audrey for counts, calls, bodies, admin" })).toHaveCount(1);
  const exported = table.filter({ hasText: "EXPORT" }).first();
  await expect(exported).toContainText("by account");
  await expect(exported).toContainText(`and ${CALLS / 2 - 3} more`);
  await check(page, "audit");

  // The page before, and the newest again.
  await page.getByRole("button", { name: "Older" }).click();
  await expect(table).not.toHaveCount(100);
  await page.getByRole("button", { name: "Newest" }).click();
  await expect(table).toHaveCount(100);

  await page.getByRole("button", { name: "Request", exact: true }).click();
  await page.getByRole("button", { name: "EXPORT" }).click();
  await expect(page).toHaveURL(`${daemon.url}/audit?verb=EXPORT`);
  await expect(table.filter({ hasNotText: "EXPORT" })).toHaveCount(0);
  await page.getByRole("button", { name: "Value asked for" }).click();
  await page.getByRole("textbox", { name: "Value asked for" }).fill("B");
  await page.keyboard.press("Enter");
  await expect(table).toHaveCount(1);
  await page.getByRole("button", { name: "Value asked for" }).click();
  await page.getByRole("textbox", { name: "Value asked for" }).fill("C");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "No records" })).toBeVisible();
  await page.locator("main").click();
  await page.keyboard.press("x");
  await expect(page).toHaveURL(`${daemon.url}/audit`);
  await expect(table).toHaveCount(100);

  // A call of a record opens its readers, and the tabs take no filter of the audit with them.
  await page.goto("/audit?verb=SHOW&date=last-7-days");
  await page.getByRole("link", { name: "Logs", exact: true }).click();
  await expect(page).toHaveURL(`${daemon.url}/logs?date=last-7-days`);
  await page.goBack();
  await table.first().getByRole("link").first().click();
  await expect(page.getByRole("tab", { name: "Readers" })).toHaveAttribute("aria-selected", "true");
});

test("who isn't an admin gets no audit", async ({ page, daemon }) => {
  const reader = await new Person(daemon, "otto").enrol();
  await page.goto("/audit");
  await reader.signIn(page);
  await expect(page.getByRole("alert")).toContainText("Not allowed");
  await page.getByRole("button", { name: "otto" }).click();
  await expect(page.getByRole("link", { name: /audit/ })).toHaveCount(0);
});
