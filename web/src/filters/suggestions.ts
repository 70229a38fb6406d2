// Suggestions: values of the shown period that contain the typed text.

import { useEffect, useState } from "preact/hooks";
import type { ValueRow } from "../api/answers";
import { ask } from "../api/client";
import { containing, pairOf, type Filter, type Pair } from "../state/filters";
import { filtersOf, scopeOf, withFilters } from "../state/place";

const SUGGESTIONS = 8;
const DEBOUNCE_MS = 100;

/** Values that contain the text, those with the most calls first. Sends no request for an empty text. */
export function useSuggestions(name: string, text: string, pairs: readonly Pair[]): ValueRow[] {
  const [rows, setRows] = useState<ValueRow[]>([]);
  const wanted = text.trim();
  useEffect(() => {
    if (wanted === "") {
      setRows([]);
      return;
    }
    const controller = new AbortController();
    const timer = setTimeout(() => {
      const filter: Filter = { name, op: "=", values: [wanted.includes("*") ? wanted : containing(wanted)] };
      const others = filtersOf(pairs).filter((each) => each.name !== name);
      const request: Pair[] = [
        ["field", name],
        ["limit", String(SUGGESTIONS)],
        ...scopeOf(withFilters(pairs, others)),
        pairOf(filter),
      ];
      ask<ValueRow>("values", request, { signal: controller.signal }).then(
        (answer) => setRows(answer.rows.filter((row) => row.value !== null && !row.past_cap)),
        // Errors are ignored: Enter works without suggestions.
        () => undefined,
      );
    }, DEBOUNCE_MS);
    return () => {
      clearTimeout(timer);
      controller.abort();
    };
  }, [name, wanted, JSON.stringify(scopeOf(pairs))]);
  return rows;
}
