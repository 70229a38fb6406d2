// The periods that the page offers, in the protocol's words. Only the daemon converts them to instants.

export const PERIODS: readonly { date: string; label: string }[] = [
  { date: "today", label: "Today" },
  { date: "last-3-hours", label: "Last 3 hours" },
  { date: "last-24-hours", label: "Last 24 hours" },
  { date: "last-3-days", label: "Last 3 days" },
  { date: "last-7-days", label: "Last 7 days" },
  { date: "last-30-days", label: "Last 30 days" },
  { date: "last-90-days", label: "Last 90 days" },
];

export const MORE_PERIODS: readonly { date: string; label: string }[] = [
  { date: "last-30-minutes", label: "Last 30 minutes" },
  { date: "yesterday", label: "Yesterday" },
  { date: "all", label: "Everything kept" },
];

export interface PeriodWords {
  date?: string | undefined;
  from?: string | undefined;
  to?: string | undefined;
}

/** The label of a period. */
export function periodLabel({ date, from, to }: PeriodWords): string {
  const day = date === undefined ? undefined : dateLabel(date);
  if (from === undefined && to === undefined) return day ?? "Today";
  const range =
    to === undefined
      ? `since ${instant(from!)}`
      : from === undefined
        ? `until ${instant(to)}`
        : span(from, to);
  return day === undefined ? range[0]!.toUpperCase() + range.slice(1) : `${day}, ${range}`;
}

function dateLabel(date: string): string {
  const known = [...PERIODS, ...MORE_PERIODS].find((period) => period.date === date);
  if (known) return known.label;
  const last = /^last-(\d+)-(minutes|hours|days)$/.exec(date);
  return last ? `Last ${last[1]} ${last[2]}` : date;
}

function instant(text: string): string {
  // 2026-11-20T08:15:00-05:00 is shown without its seconds and offset: the bar shows the zone.
  return text
    .replace(/^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d)(?::00(?:\.0+)?)?/, "$1 $2")
    .replace(/(?<=\d\d:\d\d(?::\d\d(?:\.\d+)?)?)(?:Z|[+-]\d\d:?\d\d)$/, "")
    .replace(/ 00:00$/, "");
}

function span(from: string, to: string): string {
  const [a, b] = [instant(from), instant(to)];
  const sameDay = a.length > 10 && b.length > 10 && a.slice(0, 10) === b.slice(0, 10);
  return `${a} – ${sameDay ? b.slice(11) : b}`;
}

/** Whether the period ends now, so that new calls belong to it. */
export function endsNow({ date, to }: PeriodWords): boolean {
  if (to !== undefined) return false;
  return date === undefined || date === "today" || date === "all" || date.startsWith("last-");
}
