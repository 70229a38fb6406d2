// A call as text for other programs and people: a cURL command, a ticket.

import type { CallRow } from "../api/answers";
import { dateTime, duration, STATUS_WORDS } from "../format/text";
import { keyText, member, rawText, valueText, type JsonNode, type JsonTree } from "../json/tokenizer";

// Headers with secrets.
const SECRET_HEADER =
  /^(authorization|proxy-authorization|cookie|x-api-key|api-key|x-auth-token|x-csrf-token)$/i;
// Headers that curl sets itself, or that would be wrong for another body.
const OWN_HEADER = /^(host|content-length|connection|accept-encoding|transfer-encoding)$/i;
const REDACTED = /\[redacted\]/;

export interface Header {
  name: string;
  value: string;
  node: JsonNode;
}

/** The headers of an object. An array has one entry for each of its values. */
export function headersOf(tree: JsonTree, node: JsonNode | undefined): Header[] {
  if (node?.kind !== "object") return [];
  return node.children.flatMap((child) => {
    const name = keyText(tree, child);
    const values = child.kind === "array" ? child.children : [child];
    return values.map((value) => ({ name, value: valueText(tree, value), node: value }));
  });
}

function single(text: string): string {
  return `'${text.replace(/'/g, `'\\''`)}'`;
}

/** The request as a cURL command. Secrets and redacted values become $TOKEN. */
export function curlOf(row: CallRow, tree: JsonTree): string {
  const request = member(tree, tree.root, "request");
  const headers = headersOf(tree, member(tree, request, "headers"));
  const host = headers.find((header) => header.name.toLowerCase() === "host")?.value ?? "api.example.com";
  const words = ["curl"];
  const method = row.method ?? "GET";
  const body = member(tree, request, "body");
  const hasBody = body !== undefined && rawText(tree, body) !== "null";
  if (method !== "GET" || hasBody) words.push(`-X ${/^[A-Z]+$/.test(method) ? method : single(method)}`);
  words.push(single(`https://${host}${row.path ?? row.endpoint ?? "/"}`));
  for (const { name, value } of headers) {
    if (OWN_HEADER.test(name)) continue;
    if (SECRET_HEADER.test(name) || REDACTED.test(value)) {
      const scheme = /^(Bearer|Basic|Klaviyo-API-Key|Token|[A-Za-z-]+-API-Key) /i.exec(value)?.[0] ?? "";
      words.push(`-H "${name.replace(/[^\w-]/g, "")}: ${scheme}$TOKEN"`);
    } else words.push(`-H ${single(`${name}: ${value}`)}`);
  }
  if (hasBody) words.push(`--data-raw ${single(valueText(tree, body))}`);
  return words.join(" \\\n  ");
}

/** The call for a ticket, in Markdown. */
export function ticketOf(row: CallRow, zone: string, link: string): string {
  const status = row.status === null ? "no status" : `${row.status} ${STATUS_WORDS[row.status] ?? ""}`.trim();
  const lines = [
    `**${code(`${row.method ?? ""} ${row.path ?? row.endpoint ?? ""}`.trim())} → ${status}**`,
    "",
  ];
  const times = zone === "UTC" ? [`${row.ts}`] : [`${dateTime(row.ts, zone)} ${zone}`, `${row.ts} (UTC)`];
  lines.push(`- Time: ${times.join(", ")}`);
  if (row.account !== null)
    lines.push(`- Account: ${code(row.account)}${row.account_name ? ` (${row.account_name})` : ""}`);
  if (row.duration_ms !== null) lines.push(`- Duration: ${duration(row.duration_ms)}`);
  if (row.revision !== null) lines.push(`- Revision: ${code(row.revision)}`);
  if (row.call_id !== null) lines.push(`- call_id: ${code(row.call_id)}`);
  for (const [kind, values] of Object.entries(row.ids))
    lines.push(`- ${kind}: ${values.map(code).join(", ")}`);
  lines.push(`- Link: ${link}`);
  return `${lines.join("\n")}\n`;
}

/** Inline code in Markdown, with a fence that the text can't close. */
function code(text: string): string {
  const flat = text.replace(/\s+/g, " ");
  if (!flat.includes("`")) return `\`${flat}\``;
  const longest = Math.max(...[...flat.matchAll(/`+/g)].map((run) => run[0].length));
  const fence = "`".repeat(longest + 1);
  return `${fence} ${flat} ${fence}`;
}
