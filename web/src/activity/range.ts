// Ranges of buckets as periods. Instants are the daemon's own texts; only panning and stepping compute new ones.

import type { Bucket, Summary } from "../api/answers";

export interface Range {
  from: string;
  to: string;
}

/** The period of buckets first to last. The outermost buckets begin and end with the whole period. */
export function rangeOf(
  buckets: readonly Bucket[],
  summary: Summary,
  first: number,
  last: number,
): Range | undefined {
  const start = first === 0 ? (summary.from ?? buckets[0]?.t) : buckets[first]?.t;
  const end = buckets[last + 1]?.t ?? summary.to ?? undefined;
  return start === undefined || end === undefined ? undefined : { from: start, to: end };
}

/** The period moved by a number of buckets, later if positive. */
export function panned(buckets: readonly Bucket[], summary: Summary, by: number): Range | undefined {
  if (!summary.from || !summary.to || buckets.length === 0) return undefined;
  const [from, to] = [Date.parse(summary.from), Date.parse(summary.to)];
  const length = to - from;
  const each = buckets.length > 1 ? Date.parse(buckets.at(-1)!.t) - Date.parse(buckets[0]!.t) : length;
  const shift = Math.round((each / Math.max(1, buckets.length - 1)) * by);
  return { from: instant(from + shift), to: instant(to + shift) };
}

/** The period before or after this one, of the same length. */
export function neighbour(summary: Summary, direction: -1 | 1): Range | undefined {
  if (!summary.from || !summary.to) return undefined;
  const [from, to] = [Date.parse(summary.from), Date.parse(summary.to)];
  const shift = (to - from) * direction;
  return { from: instant(from + shift), to: instant(to + shift) };
}

function instant(ms: number): string {
  return new Date(ms).toISOString().replace(/\.000Z$/, "Z");
}
