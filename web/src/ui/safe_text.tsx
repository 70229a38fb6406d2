// Text from calls. It is never parsed as markup. Characters that hide, reorder or control text are shown as their code.

import type { ComponentChildren } from "preact";

// Controls, zero-width characters, and marks that change the direction of text.
const CONTROLS =
  "[\\u0000-\\u001f\\u007f-\\u009f\\u00ad\\u061c\\u200b\\u200c\\u200e\\u200f\\u2028-\\u202e\\u2060-\\u2069\\ufeff]";
const LONE_SURROGATES = "[\\ud800-\\udbff](?![\\udc00-\\udfff])|(?<![\\ud800-\\udbff])[\\udc00-\\udfff]";
const HIDDEN = new RegExp(`${CONTROLS}|${LONE_SURROGATES}`);
const NAMES: Record<number, string> = { 9: "\\t", 10: "\\n", 13: "\\r", 27: "ESC" };

export function SafeText({ text, highlight }: { text: string; highlight?: string | undefined }) {
  if (highlight && text.includes(highlight)) return <>{marked(text, highlight)}</>;
  return HIDDEN.test(text) ? <>{revealed(text)}</> : <>{text}</>;
}

function marked(text: string, highlight: string): ComponentChildren[] {
  const parts: ComponentChildren[] = [];
  let at = 0;
  while (parts.length < 200) {
    const found = text.indexOf(highlight, at);
    if (found < 0) break;
    if (found > at) parts.push(<SafeText text={text.slice(at, found)} />);
    parts.push(
      <mark>
        <SafeText text={highlight} />
      </mark>,
    );
    at = found + highlight.length;
  }
  parts.push(<SafeText text={text.slice(at)} />);
  return parts;
}

function revealed(text: string): ComponentChildren[] {
  const parts: ComponentChildren[] = [];
  let rest = text;
  for (;;) {
    const found = HIDDEN.exec(rest);
    if (!found || parts.length > 4000) break;
    if (found.index > 0) parts.push(rest.slice(0, found.index));
    const code = found[0].charCodeAt(0);
    const name = NAMES[code] ?? `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
    parts.push(
      <span class="hidden-character" title={`U+${code.toString(16).toUpperCase().padStart(4, "0")}`}>
        {name}
      </span>,
    );
    rest = rest.slice(found.index + 1);
  }
  parts.push(rest);
  return parts;
}
