// JSON pointers (RFC 6901) of nodes, and the nodes that filters match.

import { isText, matches, type Filter } from "../state/filters";
import { keyText, valueText, type JsonNode, type JsonTree } from "./tokenizer";

export function step(key: string): string {
  return key.replace(/~/g, "~0").replace(/\//g, "~1");
}

/** The pointer of a node. `anyElement` omits array indices: in a filter, such a pointer matches any element. */
export function pointerOf(tree: JsonTree, node: JsonNode, anyElement = false): string {
  const steps: string[] = [];
  for (let at: JsonNode | undefined = node; at?.parent; at = at.parent) {
    if (at.parent.kind === "object") steps.push(step(keyText(tree, at)));
    else if (!anyElement) steps.push(String(at.index));
  }
  return steps.length === 0 ? "" : `/${steps.reverse().join("/")}`;
}

/**
 * Whether a filter's pointer selects this node. As in the protocol, it leads through arrays, and the case of header
 * names doesn't matter.
 */
export function pointerLeadsTo(pointer: string, tree: JsonTree, node: JsonNode): boolean {
  const steps = pointer
    .split("/")
    .slice(1)
    .map((each) => each.replace(/~1/g, "/").replace(/~0/g, "~"));
  const path: JsonNode[] = [];
  for (let at: JsonNode | undefined = node; at?.parent; at = at.parent) path.push(at);
  path.reverse();
  let wanted = 0;
  for (const [depth, at] of path.entries()) {
    const want = steps[wanted];
    if (at.parent!.kind === "array") {
      if (want === String(at.index)) wanted++;
      continue;
    }
    if (want === undefined) return false;
    const key = keyText(tree, at);
    const above = path[depth - 1];
    const inHeaders = above?.parent?.kind === "object" && /headers$/i.test(keyText(tree, above));
    const same = inHeaders ? key.toLowerCase() === want.toLowerCase() : key === want;
    if (!same) return false;
    wanted++;
  }
  return wanted === steps.length;
}

export interface Match {
  node: JsonNode;
  /** Whether the key matched, and not the value. */
  inKey: boolean;
  /** The searched text, if a text filter matched. */
  text?: string;
}

/** The nodes that pointer and text filters match, in the order of the line, at most `limit`. */
export function findMatches(tree: JsonTree, filters: readonly Filter[], limit = 200): Match[] {
  const pointers = filters.filter((filter) => filter.name.startsWith("/") && filter.op !== "!=");
  const texts = filters
    .filter((filter) => isText(filter.name) && filter.op === "=")
    .flatMap((filter) => filter.values);
  const found: Match[] = [];
  if (pointers.length === 0 && texts.length === 0) return found;
  const pending = [tree.root];
  while (pending.length > 0 && found.length < limit) {
    const node = pending.pop()!;
    for (let at = node.children.length - 1; at >= 0; at--) pending.push(node.children[at]!);
    const scalar = node.kind !== "object" && node.kind !== "array";
    const key = node.keyStart >= 0 ? keyText(tree, node) : undefined;
    const inKey = key === undefined ? undefined : texts.find((text) => key.includes(text));
    if (inKey !== undefined) found.push({ node, inKey: true, text: inKey });
    if (!scalar) continue;
    const value = valueText(tree, node);
    const inValue = texts.find((text) => value.includes(text));
    if (inValue !== undefined) found.push({ node, inKey: false, text: inValue });
    else if (pointers.some((filter) => pointerMatches(filter, tree, node, value)))
      found.push({ node, inKey: false });
  }
  return found;
}

function pointerMatches(filter: Filter, tree: JsonTree, node: JsonNode, value: string): boolean {
  if (!pointerLeadsTo(filter.name, tree, node)) return false;
  if (filter.op === "=") return filter.values.some((pattern) => matches(pattern, value));
  const [have, want] = [Number(value), Number(filter.values[0])];
  switch (filter.op) {
    case "<":
      return have < want;
    case "<=":
      return have <= want;
    case ">":
      return have > want;
    default:
      return have >= want;
  }
}
