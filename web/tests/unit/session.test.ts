import assert from "node:assert/strict";
import { test } from "node:test";
import { qrPath } from "../../src/session/qr_path";
import {
  next,
  START,
  type SessionEvent,
  type SessionInfo,
  type SessionState,
} from "../../src/session/session";

const OUT: SessionInfo = { required: true, state: "signed-out" };
const IN: SessionInfo = { required: true, state: "signed-in", name: "jo", rights: ["counts"] };

const run = (...events: SessionEvent[]): SessionState => events.reduce(next, START);
const known = (info: SessionInfo): SessionEvent => ({ type: "known", info });
const step = (state: SessionInfo["state"], codes?: string[]): SessionEvent => ({
  type: "step",
  info: { required: true, state, name: "jo", ...(codes && { new_recovery_codes: codes }) },
});
const refused = (code: string): SessionEvent => ({ type: "refused", problem: { code, message: "why" } });

test("without required identities the page is shown, and also if nobody answers", () => {
  assert.equal(START.screen.kind, "loading");
  assert.equal(run(known({ required: false, state: "signed-out" })).screen.kind, "page");
  assert.equal(run({ type: "unknown" }).screen.kind, "page");
  assert.equal(run(known(OUT)).screen.kind, "password");
  assert.equal(run(known(IN)).screen.kind, "page");
});

test("a first sign-in goes through every step", () => {
  const kinds: string[] = [];
  let state = run(known(OUT));
  for (const event of [
    step("factor"),
    step("new-password"),
    step("enrol"),
    { type: "enrolment", enrolment: { secret: "S", uri: "U", qr: [] } } as SessionEvent,
    step("signed-in", ["a", "b"]),
    { type: "saved" } as SessionEvent,
  ]) {
    state = next(state, event);
    kinds.push(state.screen.kind);
  }
  assert.deepEqual(kinds, ["code", "new-password", "enrol", "enrol", "codes", "page"]);
  // The codes are gone once they are saved.
  assert.ok(!JSON.stringify(state).includes('"a"'));
});

test("a session that ends during use leads to the sign-in and back", () => {
  const ended = run(known(IN), known(OUT));
  assert.deepEqual(ended.screen, { kind: "password", ended: true });
  assert.deepEqual(run(known(OUT)).screen, { kind: "password", ended: false });
  assert.equal(next(ended, step("signed-in")).screen.kind, "page");
  // A reader who may read nothing is signed in all the same: no loop.
  assert.equal(run(known(IN), known(IN)).screen.kind, "page");
});

test("an answer about the session doesn't disturb the step on the screen", () => {
  const code = run(known(OUT), step("factor"), { type: "recovery", use: true }, refused("not-authenticated"));
  const after = next(code, known({ required: true, state: "factor", name: "jo" }));
  assert.deepEqual(after.screen, { kind: "code", recovery: true });
  assert.equal(after.problem, "why");
  const codes = run(known(OUT), step("signed-in", ["a"]));
  assert.equal(next(codes, known(IN)).screen.kind, "codes");
  // Another tab took the step.
  assert.equal(next(code, known(IN)).screen.kind, "page");
});

test("refusals keep the step, and are counted", () => {
  let state = run(known(OUT), { type: "sent" });
  assert.ok(state.busy);
  state = next(state, refused("not-authenticated"));
  assert.deepEqual(
    [state.busy, state.problem, state.refusals, state.screen.kind],
    [false, "why", 1, "password"],
  );
  state = next(next(state, { type: "sent" }), refused("not-authenticated"));
  assert.equal(state.refusals, 2);
  assert.equal(next(state, { type: "sent" }).problem, "");
  // A sign-in that has ended begins anew.
  assert.deepEqual(run(known(OUT), step("factor"), refused("no-session")).screen, {
    kind: "password",
    ended: true,
  });
});

test("another app needs a fresh sign-in, and can be given up", () => {
  assert.equal(run(known(OUT), { type: "enrol-again" }).screen.kind, "password");
  const again = run(known(IN), { type: "enrol-again" });
  assert.equal(again.screen.kind, "enrol");
  assert.equal(next(again, known(IN)).screen.kind, "enrol");
  assert.equal(next(again, { type: "cancel" }).screen.kind, "page");
  assert.deepEqual(next(again, refused("not-fresh")).screen, { kind: "password", ended: false });
  // Who must set one up can't leave it out.
  assert.equal(next(run(known(OUT), step("enrol")), { type: "cancel" }).screen.kind, "enrol");
  assert.equal(run(known(IN), { type: "signed-out" }).screen.kind, "password");
});

test("a QR code is a path of its dark runs", () => {
  assert.equal(qrPath(["110", "001"]), "M4 4h2v1h-2zM6 5h1v1h-1z");
});
