// The zone of times that are shown beside no period: those of one call.

import { ask } from "../api/client";
import { useAnswer } from "../api/use_answer";
import { exactly, quoteIfNeeded, type Pair } from "./filters";
import { valueOf } from "./place";

let shown: string | undefined;

/** Remembers the zone that an answer came in, since the answer of one call has none. */
export function rememberZone(zone: string): void {
  shown = zone;
}

/**
 * The zone of the URL, or that of the page before. Without either, as behind a link in a ticket, it is the zone that
 * the daemon has for the account; undefined until it is known.
 */
export function useZone(pairs: readonly Pair[], account: string | null | undefined): string | undefined {
  const given = valueOf(pairs, "tz") ?? shown;
  const request: Pair[] = [
    ["limit", "1"],
    ["date", "today"],
  ];
  if (account) request.push(["account", quoteIfNeeded(exactly(account))]);
  const wanted = given === undefined && account !== undefined;
  const asked = useAnswer(wanted ? JSON.stringify(request) : undefined, (signal) =>
    ask("logs", request, { signal }),
  );
  return given ?? asked.data?.summary.tz;
}
