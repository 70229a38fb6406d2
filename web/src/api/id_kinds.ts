// The kinds of IDs that the daemon knows: built-in ones, and those of its configuration.

import { ask, type Status } from "./client";
import { useAnswer } from "./use_answer";

const BUILT_IN: readonly string[] = ["error_id", "async_job_id", "resource_id", "metric_id"];

/** The newest answer, so that a menu opens with all kinds. */
let known = BUILT_IN;

/** All kinds except call_id. Asks the daemon when the component is mounted, since a reload may change them. */
export function useIdKinds(): readonly string[] {
  const asked = useAnswer("status", (signal) => ask<Status>("status", [], { signal }));
  known = asked.data?.rows[0]?.id_kinds ?? known;
  return known;
}
