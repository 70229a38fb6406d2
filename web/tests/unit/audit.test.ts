import assert from "node:assert/strict";
import { test } from "node:test";
import { aboutOf, auditRequest, type AuditRow } from "../../src/audit/record";
import { parsePlace, sharedScope, urlOf } from "../../src/state/place";

const row: AuditRow = { ts: "", request: "", reader: "", peer: "", verb: "SHOW", bytes: 0 };

test("a record says what its request was about", () => {
  assert.equal(aboutOf(row), "");
  assert.equal(aboutOf({ ...row, id: ["5cc0391b7cb82f99"] }), "by an ID");
  assert.equal(aboutOf({ ...row, filters: { account: ["4be1"], "text!": ["1c"] } }), "by account, text!");
  assert.equal(aboutOf({ ...row, verb: "REVOKE", subject: "ci" }), "ci");
  assert.equal(
    aboutOf({ ...row, subject: "jo", do: "add", rights: ["counts", "calls"] }),
    "add jo for counts, calls",
  );
});

test("the audit is asked for with its own words and the period only", () => {
  const { page, pairs } = parsePlace(
    "/audit",
    "?verb=SHOW&account=A&ref=g1f-8kn3&date=today&cursor=c&find=x",
  );
  assert.equal(page, "audit");
  assert.deepEqual(auditRequest(pairs, 100), [
    ["limit", "100"],
    ["verb", "SHOW"],
    ["ref", "g1f-8kn3"],
    ["date", "today"],
    ["cursor", "c"],
  ]);
});

test("its filters stay on it", () => {
  const place = parsePlace("/audit", "?reader=person+jo&date=yesterday&tz=UTC");
  assert.equal(urlOf(place), "/audit?reader=person%20jo&date=yesterday&tz=UTC");
  assert.deepEqual(sharedScope(place), [
    ["date", "yesterday"],
    ["tz", "UTC"],
  ]);
});
