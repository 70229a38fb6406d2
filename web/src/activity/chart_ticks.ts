// The labels below the chart.

import type { Bucket } from "../api/answers";

/** Which buckets get a label: on round hours or days, at most `most` of them. */
export function ticks(buckets: readonly Bucket[], daily: boolean, most: number): number[] {
  if (buckets.length === 0) return [];
  if (daily) {
    const every = Math.max(1, Math.ceil(buckets.length / most));
    return buckets.map((_, at) => at).filter((at) => (buckets.length - 1 - at) % every === 0);
  }
  for (const minutes of [15, 30, 60, 120, 180, 360, 720, 1440]) {
    const found = buckets
      .map((_, at) => at)
      .filter((at) => {
        const t = buckets[at]!.t;
        return (Number(t.slice(11, 13)) * 60 + Number(t.slice(14, 16))) % minutes === 0;
      });
    if (found.length <= most) return found;
  }
  return [0];
}
