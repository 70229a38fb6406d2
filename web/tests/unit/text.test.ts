import assert from "node:assert/strict";
import { test } from "node:test";
import { ticks } from "../../src/activity/chart_ticks";
import { neighbour, panned, rangeOf } from "../../src/activity/range";
import { curlOf, ticketOf } from "../../src/call/call_text";
import { bucketTime, duration, kindLabel, localTime, percent } from "../../src/format/text";
import { parseJson } from "../../src/json/tokenizer";
import { justAfter } from "../../src/logs/instants";
import { valuesOfRow } from "../../src/logs/pointer_values";
import { notesOf } from "../../src/ui/note_texts";

const CALL = {
  ts: "2026-11-20T08:15:30.123456Z",
  account: "OCQ4JJ",
  account_name: "Acme",
  method: "POST",
  endpoint: "/api/events",
  path: "/api/events?a='b'",
  status: 404,
  revision: null,
  duration_ms: 7.9,
  call_id: "c`3",
  ids: { error_id: ["e-1"] },
  source: null,
  ref: "r-1",
};

test("numbers have units and few digits", () => {
  assert.equal(percent(0), "0 %");
  assert.equal(percent(0.00004), "< 0.01 %");
  assert.equal(percent(0.0123), "1.2 %");
  assert.equal(percent(1), "100 %");
  assert.equal(duration(7.94), "7.9 ms");
  assert.equal(duration(1234), "1.23 s");
  assert.equal(duration(null), "–");
});

test("times are shown in the zone of the answer", () => {
  const { date, time, fraction } = localTime("2026-11-20T08:15:30.123456Z", "America/New_York");
  assert.equal(`${date} ${time}${fraction}`, "20 Nov 2026 03:15:30.123");
  assert.equal(localTime("2026-11-20T00:00:00Z", "Nowhere/Nothing").time, "00:00:00");
  assert.deepEqual(bucketTime("2026-11-20T07:15:00-05:00"), { day: "20 Nov", time: "07:15", weekday: "Fri" });
});

test("justAfter() adds a nanosecond", () => {
  assert.equal(justAfter("2026-11-20T08:15:30Z"), "2026-11-20T08:15:30.000000001Z");
  assert.equal(justAfter("2026-11-20T08:15:30.5Z"), "2026-11-20T08:15:30.500000001Z");
  assert.equal(justAfter("2026-11-20T08:15:59.999999999Z"), "2026-11-20T08:16:00.000Z");
});

test("ranges of a day of 25 hours keep the daemon's offsets", () => {
  // Paris, 25 October 2026: 02:00 comes twice.
  const buckets = ["02:00:00+02:00", "02:00:00+01:00", "03:00:00+01:00"].map((time) => ({
    t: `2026-10-25T${time}`,
    calls: 1,
    errors: 0,
  }));
  const summary = { from: "2026-10-25T00:00:00+02:00", to: "2026-10-26T00:00:00+01:00" };
  assert.deepEqual(rangeOf(buckets, summary, 1, 1), {
    from: "2026-10-25T02:00:00+01:00",
    to: "2026-10-25T03:00:00+01:00",
  });
  assert.deepEqual(rangeOf(buckets, summary, 0, 2), { from: summary.from, to: summary.to });
  assert.deepEqual(neighbour(summary, 1), { from: "2026-10-25T23:00:00Z", to: "2026-10-27T00:00:00Z" });
  assert.deepEqual(panned(buckets, summary, -1), {
    from: "2026-10-24T21:00:00Z",
    to: "2026-10-25T22:00:00Z",
  });
  assert.deepEqual(ticks(buckets, false, 10), [0, 1, 2]);
});

test("values at pointers are the received ones", () => {
  const row =
    '{"ref":"r-1","values":{"/n":12345678901234567890,"/a":[1.10,"x"],"/s":"caf\\u00e9","/none":null}}';
  assert.deepEqual(
    [...valuesOfRow(row)!],
    [
      ["/n", "12345678901234567890"],
      ["/a", '[1.10,"x"]'],
      ["/s", "café"],
    ],
  );
  assert.equal(valuesOfRow('{"ref":"r-1"}'), undefined);
});

test("a kind of ID has a label", () => {
  assert.equal(kindLabel("async_job_id"), "Async job ID");
  assert.equal(kindLabel("order-ids"), "Order IDS");
  assert.equal(kindLabel("trace"), "Trace");
  assert.equal(kindLabel("_"), "_");
});

test("a cURL command has no secrets, and quotes its values", () => {
  const headers = `{"Host":"api.example.com","Authorization":"Bearer abc","X-Note":"it's","Cookie":"[redacted]"}`;
  const line = `{"request":{"headers":${headers},"body":{"n":1.10}}}`;
  const command = curlOf(CALL, parseJson(line));
  assert.ok(!command.includes("abc"));
  assert.ok(command.includes('-H "Authorization: Bearer $TOKEN"'));
  assert.ok(command.includes("'X-Note: it'\\''s'"));
  assert.ok(command.includes("https://api.example.com/api/events?a='\\''b'\\'''"));
  assert.ok(command.includes(`--data-raw '{"n":1.10}'`));
  assert.ok(!command.includes("Host:"));
});

test("a ticket has both times, the IDs and the link, and escapes Markdown", () => {
  const text = ticketOf(CALL, "America/New_York", "http://host/calls/r-1");
  assert.ok(text.includes("20 Nov 2026 03:15:30.123 America/New_York, 2026-11-20T08:15:30.123456Z (UTC)"));
  assert.ok(text.includes("→ 404 Not found"));
  assert.ok(text.includes("`` c`3 ``"));
  assert.ok(text.includes("- error_id: `e-1`"));
  assert.ok(text.includes("http://host/calls/r-1"));
});

test("every kind of incomplete answer has a note", () => {
  const keys = (summary: Parameters<typeof notesOf>[0], kind: "counts" | "calls" = "counts") =>
    notesOf(summary, kind).map((note) => `${note.severity} ${note.key}`);
  assert.deepEqual(keys({ complete: true }), []);
  assert.deepEqual(keys({ complete: false }), ["warning incomplete"]);
  assert.deepEqual(keys({ complete: false, damaged: 2 }), ["warning damaged"]);
  assert.deepEqual(keys({ complete: false, retained_from: "2026-11-06T00:00:00Z" }, "calls"), [
    "warning retained",
  ]);
  assert.deepEqual(keys({ complete: true, retained_from: "2026-11-06T00:00:00Z" }), []);
  assert.deepEqual(keys({ complete: false, values_past_cap: 3 }), ["warning cap"]);
  assert.deepEqual(keys({ complete: true, values_past_cap: 3, late: 1, rounded: true, rejected: 2 }), [
    "info cap",
    "info rounded",
    "info late",
    "info rejected",
  ]);
});
