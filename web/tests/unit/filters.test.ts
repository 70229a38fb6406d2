import assert from "node:assert/strict";
import { test } from "node:test";
import {
  containedText,
  containing,
  exactly,
  exactText,
  filterOf,
  joinValues,
  matches,
  pairOf,
  splitValues,
  textOf,
} from "../../src/state/filters";

test("commas outside quotes separate values", () => {
  assert.deepEqual(splitValues("429,5xx"), ["429", "5xx"]);
  assert.deepEqual(splitValues('a,"b,c",d'), ["a", "b,c", "d"]);
  assert.deepEqual(splitValues('"a \\"b\\""'), ['a "b"']);
  assert.deepEqual(splitValues(""), [""]);
  assert.deepEqual(splitValues('""'), [""]);
  assert.deepEqual(splitValues("a,"), ["a", ""]);
  assert.deepEqual(splitValues('"open,b'), ['"open', "b"]);
});

test("splitting restores joined values", () => {
  for (const values of [
    ["a"],
    ["a", "b"],
    ["a,b", "c d"],
    ['"'],
    ["\\*"],
    ["a\\\\b"],
    ["\n"],
    [""],
    ["ü, ö"],
  ]) {
    assert.deepEqual(splitValues(joinValues(values)), values);
  }
});

test("exactly() matches the text and nothing else", () => {
  for (const text of ["a*b", "a\\b", "\\*", "*", "plain", "", "a.b+(c)"]) {
    const pattern = exactly(text);
    assert.equal(exactText(pattern), text);
    assert.ok(matches(pattern, text));
    assert.ok(!matches(pattern, `${text}x`));
    assert.equal(containedText(containing(text)), text === "" ? "" : text);
    assert.ok(matches(containing(text), `<${text}>`));
  }
});

test("a star matches any run of characters", () => {
  assert.ok(matches("*profiles*", "/api/profiles/1"));
  assert.ok(matches("a*c", "a\nb\nc"));
  assert.ok(!matches("a*c", "abcd"));
  assert.ok(matches("A", "a", true));
  assert.equal(exactText("a*"), undefined);
  assert.equal(exactText("a\\\\*"), undefined);
});

test("operators are parsed from names", () => {
  assert.deepEqual(filterOf(["status", "429,5xx"]), { name: "status", op: "=", values: ["429", "5xx"] });
  assert.deepEqual(filterOf(["status!", "200"]), { name: "status", op: "!=", values: ["200"] });
  assert.deepEqual(filterOf(["duration_ms>", "500"]), { name: "duration_ms", op: ">=", values: ["500"] });
  assert.deepEqual(filterOf(["duration_ms<", "500"]), { name: "duration_ms", op: "<=", values: ["500"] });
  assert.deepEqual(filterOf(["duration_ms>500", ""]), { name: "duration_ms", op: ">", values: ["500"] });
  assert.deepEqual(filterOf(["/a/b<2.5", ""]), { name: "/a/b", op: "<", values: ["2.5"] });
});

test("every filter survives its parameter", () => {
  for (const op of ["=", "!=", "<", "<=", ">", ">="] as const) {
    const filter = { name: "/request/body/total", op, values: ["12.50"] };
    assert.deepEqual(filterOf(pairOf(filter)), filter);
  }
});

test("filters have the syntax of the protocol", () => {
  assert.equal(textOf({ name: "text", op: "=", values: ["jo smith"] }), 'text="jo smith"');
  assert.equal(textOf({ name: "/a b", op: "!=", values: ["1"] }), '"/a b"!=1');
  assert.equal(textOf({ name: "duration_ms", op: ">", values: ["5"] }), "duration_ms>5");
});
