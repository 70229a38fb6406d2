import assert from "node:assert/strict";
import { test } from "node:test";
import { findMatches, pointerLeadsTo, pointerOf } from "../../src/json/pointer";
import {
  keyText,
  member,
  memberText,
  parseJson,
  rawText,
  valueText,
  type JsonNode,
  type JsonTree,
} from "../../src/json/tokenizer";

/** Converts a tree to the value that JSON.parse returns. */
function valueOf(tree: JsonTree, node: JsonNode): unknown {
  if (node.kind === "array") return node.children.map((child) => valueOf(tree, child));
  if (node.kind === "object") {
    return Object.fromEntries(node.children.map((child) => [keyText(tree, child), valueOf(tree, child)]));
  }
  return JSON.parse(rawText(tree, node));
}

test("trees have the values of JSON.parse", () => {
  for (const text of [
    "null",
    " 1 ",
    '"a\\u00e9\\"\\\\"',
    "[]",
    "{}",
    "[ [ ] , { } , [1,2 , 3] ]",
    '{"a":{"b":[{"c":null},true,false,-0.5e-3]},"d":""}',
    '{ "a" : 1 , "b" : [ "x" , { "y" : "}]" } ] }',
  ]) {
    const tree = parseJson(text);
    assert.ok(tree.whole, text);
    assert.deepEqual(valueOf(tree, tree.root), JSON.parse(text));
  }
});

test("numbers, escapes and duplicate keys keep their received text", () => {
  const text = '{"n":12345678901234567890.10,"e":1E+2,"n":-0,"s":"caf\\u00E9\\/"}';
  const tree = parseJson(text);
  assert.deepEqual(
    tree.root.children.map((child) => rawText(tree, child)),
    ["12345678901234567890.10", "1E+2", "-0", '"caf\\u00E9\\/"'],
  );
  assert.deepEqual(
    tree.root.children.map((child) => keyText(tree, child)),
    ["n", "e", "n", "s"],
  );
  assert.equal(valueText(tree, tree.root.children[3]!), "café/");
  assert.equal(rawText(tree, member(tree, tree.root, "n")!), "12345678901234567890.10");
});

test("parsing stops at the limit, and open containers end there", () => {
  const text = `[${"1,".repeat(99_999)}1]`;
  const whole = parseJson(text);
  assert.equal(whole.count, 100_001);
  assert.ok(whole.whole);
  const head = parseJson(text, 1000);
  assert.equal(head.count, 1000);
  assert.ok(!head.whole);
  assert.equal(head.root.children.length, 999);
  assert.ok(head.root.end > 0);
});

test("deep nesting doesn't overflow the stack", () => {
  const depth = 200_000;
  const tree = parseJson("[".repeat(depth) + "]".repeat(depth));
  assert.ok(tree.whole);
  assert.equal(tree.count, depth);
  assert.equal(tree.root.end, 2 * depth);
});

test("invalid JSON ends the tree", () => {
  for (const text of ["", "{", "[1", "[1 2]", '{"a"}', '{"a":}', "tru", '"open', "[,]"]) {
    assert.ok(!parseJson(text).whole, text);
  }
});

test("memberText() finds members of the line's object only", () => {
  const line = '{"ts":"x","ids":{"line":[1,"}"]},"n":1.50,"line":{"a": 1e400, "b":"\\"}"},"z":true}';
  assert.equal(memberText(line, "line"), '{"a": 1e400, "b":"\\"}"}');
  assert.equal(memberText(line, "n"), "1.50");
  assert.equal(memberText(line, "z"), "true");
  assert.equal(memberText(line, "none"), undefined);
  assert.equal(memberText("{}", "none"), undefined);
});

test("pointers of nodes follow RFC 6901", () => {
  const tree = parseJson('{"a/b":[{"m~n":1}],"":2}');
  const inner = tree.root.children[0]!.children[0]!.children[0]!;
  assert.equal(pointerOf(tree, inner), "/a~1b/0/m~0n");
  assert.equal(pointerOf(tree, inner, true), "/a~1b/m~0n");
  assert.equal(pointerOf(tree, tree.root.children[1]!), "/");
  assert.equal(pointerOf(tree, tree.root), "");
});

test("a filter's pointer leads through arrays, and ignores the case of headers", () => {
  const tree = parseJson(
    '{"request":{"headers":{"User-Agent":["a","b"]}},"items":[{"sku":"A"},{"sku":"B"}]}',
  );
  const agents = tree.root.children[0]!.children[0]!.children[0]!.children;
  assert.ok(pointerLeadsTo("/request/headers/user-agent", tree, agents[1]!));
  assert.ok(pointerLeadsTo("/request/headers/User-Agent/1", tree, agents[1]!));
  assert.ok(!pointerLeadsTo("/request/headers/user-agent/0", tree, agents[1]!));
  assert.ok(!pointerLeadsTo("/REQUEST/headers/user-agent", tree, agents[1]!));
  const sku = tree.root.children[1]!.children[1]!.children[0]!;
  assert.ok(pointerLeadsTo("/items/sku", tree, sku));
  assert.ok(pointerLeadsTo("/items/1/sku", tree, sku));
  assert.ok(!pointerLeadsTo("/items/0/sku", tree, sku));
  assert.ok(!pointerLeadsTo("/items", tree, sku));
});

test("matches of filters are found in keys and in values", () => {
  const tree = parseJson(
    '{"email":"jo@example.com","list":[{"code":"not_found"},{"code":"x"}],"total":12.5}',
  );
  const pointers = (filters: Parameters<typeof findMatches>[1]) =>
    findMatches(tree, filters).map((match) => `${match.inKey ? "key " : ""}${pointerOf(tree, match.node)}`);
  assert.deepEqual(pointers([{ name: "text", op: "=", values: ["jo@"] }]), ["/email"]);
  assert.deepEqual(pointers([{ name: "text", op: "=", values: ["mail"] }]), ["key /email"]);
  assert.deepEqual(pointers([{ name: "/list/code", op: "=", values: ["not_*"] }]), ["/list/0/code"]);
  assert.deepEqual(pointers([{ name: "/total", op: ">", values: ["12"] }]), ["/total"]);
  assert.deepEqual(pointers([{ name: "/total", op: "!=", values: ["1"] }]), []);
  assert.deepEqual(pointers([{ name: "status", op: "=", values: ["200"] }]), []);
});
