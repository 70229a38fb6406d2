// The time zone of a single call, whose answer has none.

import { ask } from "../api/client";
import { useAnswer } from "../api/use_answer";
import { exactly, quoteIfNeeded, type Pair } from "./filters";
import { valueOf } from "./place";

let shown: string | undefined;

/** Stores the zone of an answer for useZone(). */
export function rememberZone(zone: string): void {
  shown = zone;
}

/**
 * The zone of the URL, otherwise that of the previous page. Without either, for example on a link in a ticket, the zone
 * that the daemon uses for the account. Undefined until it is known.
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
