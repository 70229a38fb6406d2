// Exports all matching calls, and shows their number first.

import { useEffect, useState } from "preact/hooks";
import { apiUrl, ask } from "../api/client";
import { count } from "../format/text";
import type { Column } from "../state/columns";
import { joinValues, textOf, type Pair } from "../state/filters";
import { filtersOf, scopeOf, valueOf } from "../state/place";
import { copyText } from "../ui/copy";
import { Icon } from "../ui/icons";

export function ExportMenu({ pairs, columns }: { pairs: readonly Pair[]; columns: readonly Column[] }) {
  const [calls, setCalls] = useState<number | string>();
  const scope = scopeOf(pairs);
  useEffect(() => {
    const controller = new AbortController();
    ask("activity", [["step", "1d"], ...scope], { signal: controller.signal }).then(
      (answer) => setCalls(answer.summary.calls ?? 0),
      (error: unknown) => {
        if (!controller.signal.aborted) setCalls(error instanceof Error ? error.message : "unknown");
      },
    );
    return () => controller.abort();
  }, [JSON.stringify(scope)]);
  const order: Pair = ["order", valueOf(pairs, "order") ?? "newest"];
  const fields: Pair = ["fields", joinValues(columns.map((column) => column.name))];
  const exports: { label: string; file: string; route: string; pairs: Pair[] }[] = [
    { label: "Whole calls, NDJSON", file: "calls.ndjson", route: "export.ndjson", pairs: [...scope, order] },
    { label: "These columns, CSV", file: "calls.csv", route: "export.csv", pairs: [fields, ...scope, order] },
    {
      label: "These columns, NDJSON",
      file: "columns.ndjson",
      route: "export.ndjson",
      pairs: [fields, ...scope, order],
    },
  ];
  const line = requestLine(pairs);
  return (
    <div class="choices export-menu">
      <p class="choices-title" aria-live="polite">
        {calls === undefined
          ? "Counting…"
          : typeof calls === "number"
            ? `${count(calls)} calls match`
            : `Not counted: ${calls}`}
      </p>
      {exports.map(({ label, file, route, pairs: parameters }, at) => (
        <a
          key={file}
          class="choice choice-button"
          data-first={at === 0 || undefined}
          download={file}
          href={apiUrl(route, parameters)}
        >
          <Icon name="export" />
          {label}
        </a>
      ))}
      <hr />
      <button type="button" class="choice choice-button" onClick={() => void copyText(line, "the request")}>
        <Icon name="copy" />
        Copy as a request line
      </button>
      <code class="request-line">{line}</code>
    </div>
  );
}

/** The same request in the line protocol, for `fortnight` and netcat. */
export function requestLine(pairs: readonly Pair[]): string {
  const words = ["LOGS"];
  for (const name of ["date", "from", "to", "tz", "order"]) {
    const value = valueOf(pairs, name);
    if (value !== undefined) words.push(`${name}=${value}`);
  }
  for (const filter of filtersOf(pairs)) words.push(textOf(filter));
  return words.join(" ");
}
