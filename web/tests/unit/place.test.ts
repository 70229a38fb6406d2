import assert from "node:assert/strict";
import { test } from "node:test";
import { columnsText, parseColumns, pointersOf } from "../../src/state/columns";
import { endsNow, periodLabel } from "../../src/state/periods";
import {
  filtersOf,
  findFilter,
  parsePlace,
  queryOf,
  scopeOf,
  urlOf,
  valueOf,
  withFilter,
  withPeriod,
  withValue,
} from "../../src/state/place";

const parse = (url: string) => {
  const { pathname, search } = new URL(url, "http://host");
  return parsePlace(pathname, search);
};

test("a place survives its URL", () => {
  for (const url of [
    "/activity",
    "/logs?status=failed&endpoint=*profiles*&date=yesterday",
    "/logs?status!=200&duration_ms%3E=500&account=A,B",
    "/logs?duration_ms%3E500",
    "/logs?/response/body/errors/0/code=not_found&columns=ts,status",
    "/calls/20260-1c4",
    "/calls/a%2Fb?date=last-7-days",
    "/errors?date=last-24-hours",
    "/logs?text=%22jo%20smith%22&tz=Europe/Paris",
    "/activity?from=2026-11-20T08:15:00%2B01:00&to=2026-11-21",
  ]) {
    const place = parse(url);
    assert.deepEqual(parse(urlOf(place)), place, url);
  }
  assert.equal(
    urlOf(parse("/logs?status=failed&endpoint=*profiles*")),
    "/logs?status=failed&endpoint=*profiles*",
  );
});

test("operators of filters stay readable in URLs", () => {
  assert.equal(queryOf([["status!", "200"]]), "status!=200");
  assert.equal(queryOf([["duration_ms>500", ""]]), "duration_ms%3E500");
  assert.equal(queryOf([["error_id", ""]]), "error_id=");
});

test("unknown paths show Activity", () => {
  assert.equal(parse("/").page, "activity");
  assert.equal(parse("/nothing/here").page, "activity");
  assert.equal(parse("/calls/").page, "activity");
});

test("unpaired surrogates are replaced in URLs", () => {
  assert.equal(queryOf([["text", "a\ud800b"]]), "text=a%EF%BF%BDb");
});

test("parameters of the page itself are no filters and aren't sent", () => {
  const { pairs } = parse(
    "/logs?status=404&columns=ts&call=r-1&live=1&date=today&tz=UTC&order=oldest&view=job",
  );
  assert.deepEqual(filtersOf(pairs), [{ name: "status", op: "=", values: ["404"] }]);
  assert.deepEqual(scopeOf(pairs), [
    ["status", "404"],
    ["date", "today"],
    ["tz", "UTC"],
  ]);
});

test("filters are replaced in place, and removed without values", () => {
  const { pairs } = parse("/logs?status=404&account=A&date=today");
  const changed = withFilter(pairs, { name: "status", op: "=", values: ["5xx"] });
  assert.equal(queryOf(changed), "status=5xx&account=A&date=today");
  assert.equal(queryOf(withFilter(changed, { name: "status", op: "=", values: [] })), "account=A&date=today");
  assert.equal(findFilter(changed, "status")?.values[0], "5xx");
  assert.equal(findFilter(changed, "status", "!="), undefined);
});

test("a new period replaces the old one", () => {
  const { pairs } = parse("/logs?status=404&date=last-7-days&tz=UTC");
  const next = withPeriod(pairs, { from: "2026-11-20T08:00:00Z", to: "2026-11-20T09:00:00Z" });
  assert.equal(valueOf(next, "date"), undefined);
  assert.equal(valueOf(next, "from"), "2026-11-20T08:00:00Z");
  assert.equal(valueOf(next, "tz"), "UTC");
  assert.equal(queryOf(withValue(pairs, "date", "today")), "status=404&date=today&tz=UTC");
});

test("columns survive the URL, with widths and odd names", () => {
  const columns = [
    { name: "ts", width: undefined },
    { name: "/a,b/c d", width: 240 },
    { name: "/x:12", width: 200 },
    { name: "status", width: undefined },
  ];
  assert.deepEqual(parseColumns(columnsText(columns)), columns);
  assert.equal(columnsText(parseColumns(undefined)), undefined);
  assert.deepEqual(pointersOf(parseColumns("ts,/a,/b~1c/d,/bad~2,order_id,/")), ["/a", "/b~1c/d", "/"]);
  assert.deepEqual(
    parseColumns("ts,ts,,status:5").map((column) => column.width),
    [undefined, 48],
  );
});

test("labels of periods keep relative periods relative", () => {
  assert.equal(periodLabel({}), "Today");
  assert.equal(periodLabel({ date: "last-7-days" }), "Last 7 days");
  assert.equal(periodLabel({ date: "last-45-minutes" }), "Last 45 minutes");
  assert.equal(periodLabel({ date: "yesterday", from: "14:00", to: "15:00" }), "Yesterday, 14:00 – 15:00");
  assert.equal(
    periodLabel({ from: "2026-11-20T08:15:00-05:00", to: "2026-11-20T09:00:00-05:00" }),
    "2026-11-20 08:15 – 09:00",
  );
  assert.equal(
    periodLabel({ from: "2026-11-20T00:00:00Z", to: "2026-11-21T00:00:00Z" }),
    "2026-11-20 – 2026-11-21",
  );
  assert.equal(periodLabel({ from: "2026-11-20" }), "Since 2026-11-20");
  assert.ok(endsNow({}));
  assert.ok(endsNow({ from: "08:00" }));
  assert.ok(!endsNow({ date: "yesterday" }));
  assert.ok(!endsNow({ from: "2026-11-20", to: "2026-11-21" }));
});
