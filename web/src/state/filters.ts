// Filters in the protocol's syntax: `status=failed`, `endpoint!=*jobs*`, `duration_ms>=500`.
// A value here is a pattern without the protocol's quotes: `*` matches any run of characters, `\*` a star, `\\` a
// backslash. In `text`, `word` and dates it is literal.

export type Operator = "=" | "!=" | "<" | "<=" | ">" | ">=";

export interface Filter {
  name: string;
  op: Operator;
  values: string[];
}

/** One parameter of a URL, decoded. */
export type Pair = [name: string, value: string];

/** Whether a filter is about texts in the whole call: its values are literal. */
export function isText(name: string): boolean {
  return name === "text" || name === "word";
}

/** The values of a list: `a,"b,c"` gives `a` and `b,c`. An unterminated quote is part of the value. */
export function splitValues(text: string): string[] {
  const values: string[] = [];
  let at = 0;
  for (;;) {
    const quoted = /^"(?:[^"\\]|\\.)*"(?=,|$)/.exec(text.slice(at))?.[0];
    if (quoted !== undefined) {
      values.push(unquote(quoted));
      at += quoted.length;
    } else {
      const comma = text.indexOf(",", at);
      const end = comma < 0 ? text.length : comma;
      values.push(text.slice(at, end));
      at = end;
    }
    if (at >= text.length) return values;
    at += 1;
  }
}

function unquote(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return quoted;
  }
}

export function joinValues(values: readonly string[]): string {
  return values.map(quoteIfNeeded).join(",");
}

/** A value in the protocol's syntax: a JSON string if it has blanks, commas or quotes. */
export function quoteIfNeeded(value: string): string {
  return value === "" || /[\s,"\u0000-\u001f]/.test(value) ? JSON.stringify(value) : value;
}

/** The pattern that matches exactly this text. */
export function exactly(text: string): string {
  return text.replace(/[\\*]/g, "\\$&");
}

/** The pattern that matches every text that contains this one. */
export function containing(text: string): string {
  return `*${exactly(text)}*`;
}

/** The text that a pattern matches, or undefined if it matches more than one. */
export function exactText(pattern: string): string | undefined {
  if (/(^|[^\\])(\\\\)*\*/.test(pattern)) return undefined;
  return pattern.replace(/\\([\\*])/g, "$1");
}

/** The text that a `containing()` pattern searches for; undefined for other patterns. */
export function containedText(pattern: string): string | undefined {
  if (pattern.length < 2 || !pattern.startsWith("*") || !pattern.endsWith("*")) return undefined;
  return exactText(pattern.slice(1, -1));
}

/** Whether a text matches a pattern. For highlighting only: the daemon tests the filters. */
export function matches(pattern: string, text: string, ignoreCase = false): boolean {
  let source = "";
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern[at]!;
    if (character === "*") source += "[^]*";
    else {
      const escaped = character === "\\" && /[\\*]/.test(pattern[at + 1] ?? "");
      if (escaped) at++;
      source += (escaped ? pattern[at]! : character).replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
    }
  }
  return new RegExp(`^${source}$`, ignoreCase ? "i" : "").test(text);
}

/**
 * Parses a parameter as a filter. URLs separate names and values by `=`, so that `a!=b` has the name `a!` and the
 * value `b`, and `a<5` is a name without a value.
 */
export function filterOf([name, value]: Pair): Filter {
  const last = name.at(-1);
  if (last === "!" || last === "<" || last === ">") {
    return { name: name.slice(0, -1), op: `${last}=`, values: splitValues(value) };
  }
  const compared = /^(.+?)([<>])([^<>]*)$/.exec(name);
  if (value === "" && compared) {
    return { name: compared[1]!, op: compared[2] as Operator, values: [compared[3]!] };
  }
  return { name, op: "=", values: splitValues(value) };
}

export function pairOf(filter: Filter): Pair {
  const values = joinValues(filter.values);
  switch (filter.op) {
    case "=":
      return [filter.name, values];
    case "<":
    case ">":
      return [`${filter.name}${filter.op}${values}`, ""];
    default:
      return [filter.name + filter.op[0], values];
  }
}

/** A filter in the line protocol's syntax. */
export function textOf(filter: Filter): string {
  return `${quoteIfNeeded(filter.name)}${filter.op}${joinValues(filter.values)}`;
}
