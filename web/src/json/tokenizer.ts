// Parses JSON and keeps its text. Each node stores its position, so that numbers keep their digits, duplicate keys
// remain, and escapes are shown as received. JSON.parse would lose all three.

export type Kind = "object" | "array" | "string" | "number" | "literal";

export interface JsonNode {
  kind: Kind;
  /** The node's text is text.slice(start, end), quotes and brackets included. */
  start: number;
  end: number;
  /** Of an object's member: the position of its key, quotes included. */
  keyStart: number;
  keyEnd: number;
  /** Of an element of an array: its position. Of a member: its position among the members. */
  index: number;
  parent: JsonNode | undefined;
  children: JsonNode[];
}

export interface JsonTree {
  text: string;
  root: JsonNode;
  /** The number of nodes. */
  count: number;
  /** False if parsing stopped at the limit, or at text that isn't JSON. */
  whole: boolean;
}

const SPACE = /[ \t\n\r]*/y;
const STRING = /"[^"\\]*(?:\\[^][^"\\]*)*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const LITERAL = /true|false|null/y;

function endOf(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(text) ? pattern.lastIndex : -1;
}

/**
 * Parses the value that begins at `from`. After `limit` nodes it stops, and open containers end there. It doesn't
 * recurse, since bodies may nest deeply.
 */
export function parseJson(text: string, limit = Infinity, from = 0): JsonTree {
  let at = endOf(SPACE, text, from);
  let count = 0;
  const root = newNode(undefined, -1, -1);
  let open: JsonNode | undefined;
  let keyStart = -1;
  let keyEnd = -1;

  const stop = (whole: boolean): JsonTree => {
    for (let node = open; node; node = node.parent) node.end = at;
    if (count === 0) root.end = at;
    return { text, root, count, whole };
  };

  for (;;) {
    // A value begins here.
    if (count >= limit) return stop(false);
    const node = count === 0 ? root : newNode(open, keyStart, keyEnd);
    node.start = at;
    const first = text.charCodeAt(at);
    if (first === 0x7b || first === 0x5b) {
      node.kind = first === 0x7b ? "object" : "array";
      at++;
    } else {
      node.kind =
        first === 0x22 ? "string" : first === 0x2d || (first >= 0x30 && first <= 0x39) ? "number" : "literal";
      const pattern = node.kind === "string" ? STRING : node.kind === "number" ? NUMBER : LITERAL;
      const end = endOf(pattern, text, at);
      if (end < 0) return stop(false);
      at = node.end = end;
    }
    count++;
    if (open) {
      node.index = open.children.length;
      open.children.push(node);
    }
    let begun = false;
    if (node.end < 0) {
      open = node;
      begun = true;
    }
    // Closes the containers that end here, and finds the next value.
    for (;;) {
      if (!open) return stop(true);
      at = endOf(SPACE, text, at);
      const mark = text.charCodeAt(at);
      if (mark === (open.kind === "object" ? 0x7d : 0x5d)) {
        at++;
        open.end = at;
        open = open.parent;
        begun = false;
        continue;
      }
      if (!begun) {
        if (mark !== 0x2c) return stop(false);
        at = endOf(SPACE, text, at + 1);
      }
      if (open.kind === "object") {
        keyStart = at;
        keyEnd = endOf(STRING, text, at);
        if (keyEnd < 0) return stop(false);
        at = endOf(SPACE, text, keyEnd);
        if (text.charCodeAt(at) !== 0x3a) return stop(false);
        at = endOf(SPACE, text, at + 1);
      } else {
        keyStart = keyEnd = -1;
      }
      break;
    }
  }
}

function newNode(parent: JsonNode | undefined, keyStart: number, keyEnd: number): JsonNode {
  return { kind: "literal", start: 0, end: -1, keyStart, keyEnd, index: 0, parent, children: [] };
}

export function rawText(tree: JsonTree, node: JsonNode): string {
  return tree.text.slice(node.start, node.end);
}

/** The decoded text of a string; the received text of any other value. */
export function valueText(tree: JsonTree, node: JsonNode): string {
  return node.kind === "string" ? decodeString(rawText(tree, node)) : rawText(tree, node);
}

export function keyText(tree: JsonTree, node: JsonNode): string {
  return decodeString(tree.text.slice(node.keyStart, node.keyEnd));
}

function decodeString(quoted: string): string {
  if (!quoted.includes("\\")) return quoted.slice(1, -1);
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return quoted.slice(1, -1);
  }
}

/** The first member with this key: the one that filters test. */
export function member(tree: JsonTree, node: JsonNode | undefined, key: string): JsonNode | undefined {
  if (node?.kind !== "object") return undefined;
  return node.children.find((child) => keyText(tree, child) === key);
}

/** The text of a member of the line's object. Builds no tree. */
export function memberText(line: string, key: string): string | undefined {
  const quoted = JSON.stringify(key);
  let at = endOf(SPACE, line, 0) + 1;
  for (;;) {
    at = endOf(SPACE, line, at);
    const keyEnd = endOf(STRING, line, at);
    if (keyEnd < 0) return undefined;
    const found = line.slice(at, keyEnd) === quoted;
    at = endOf(SPACE, line, endOf(SPACE, line, keyEnd) + 1);
    const end = skipValue(line, at);
    if (end < 0) return undefined;
    if (found) return line.slice(at, end);
    at = endOf(SPACE, line, end);
    if (line[at] !== ",") return undefined;
    at++;
  }
}

const SKIPPED = /[^"{}[\]]*/y;

function skipValue(text: string, from: number): number {
  const first = text[from];
  if (first === '"') return endOf(STRING, text, from);
  if (first !== "{" && first !== "[") return endOf(/[^,}\]\s]+/y, text, from);
  let depth = 0;
  let at = from;
  for (;;) {
    at = endOf(SKIPPED, text, at);
    const mark = text[at];
    if (mark === undefined) return -1;
    if (mark === '"') {
      at = endOf(STRING, text, at);
      if (at < 0) return -1;
      continue;
    }
    depth += mark === "{" || mark === "[" ? 1 : -1;
    at++;
    if (depth === 0) return at;
  }
}
