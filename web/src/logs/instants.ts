// Instants in the protocol's form. They have nanoseconds, which Date hasn't.

/** The instant one nanosecond later, since `to` is exclusive. */
export function justAfter(ts: string): string {
  const [, seconds = ts, fraction = "", zone = "Z"] =
    /^([^.]*?)(?:\.(\d+))?(Z|[+-]\d\d:\d\d)$/.exec(ts) ?? [];
  const nanoseconds = BigInt(fraction.slice(0, 9).padEnd(9, "0")) + 1n;
  if (nanoseconds < 1_000_000_000n) return `${seconds}.${String(nanoseconds).padStart(9, "0")}${zone}`;
  return new Date(Date.parse(`${seconds}${zone}`) + 1000).toISOString();
}
