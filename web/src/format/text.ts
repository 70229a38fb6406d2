// The formats of numbers, durations and times.

const whole = new Intl.NumberFormat("en");
const compactNumber = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

export function count(number: number): string {
  return whole.format(number);
}

export function compact(number: number): string {
  return number < 10_000 ? whole.format(number) : compactNumber.format(number);
}

export function plural(number: number, one: string, many = `${one}s`): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}

/** A share as a percentage, with two significant digits where it is small: 0.04 %, 1.3 %, 42 %. */
export function percent(share: number): string {
  const value = share * 100;
  if (value === 0) return "0 %";
  if (value < 0.01) return "< 0.01 %";
  return `${value.toFixed(value < 1 ? 2 : value < 10 ? 1 : value < 99.95 && value % 1 !== 0 ? 1 : 0)} %`;
}

/** Formats a duration in milliseconds. */
export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return "–";
  if (ms < 10) return `${trimZero(ms.toFixed(1))} ms`;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${trimZero((ms / 1000).toFixed(2))} s`;
  const minutes = Math.floor(ms / 60_000);
  if (minutes >= 60) return `${count(Math.floor(minutes / 60))} h ${minutes % 60} min`;
  return `${minutes} min ${Math.floor((ms % 60_000) / 1000)} s`;
}

function trimZero(text: string): string {
  return text.replace(/\.?0+$/, "");
}

export function bytes(size: number): string {
  if (size < 1000) return `${size} B`;
  if (size < 1_000_000) return `${trimZero((size / 1000).toFixed(1))} KB`;
  return `${trimZero((size / 1_000_000).toFixed(1))} MB`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function formatIn(zone: string): Intl.DateTimeFormat {
  let format = formats.get(zone);
  if (!format) {
    const options: Intl.DateTimeFormatOptions = {
      year: "numeric",
      month: "short",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
      second: "2-digit",
      hourCycle: "h23",
      timeZone: zone,
    };
    try {
      format = new Intl.DateTimeFormat("en-GB", options);
    } catch {
      // A zone that the daemon knows and the browser doesn't.
      format = new Intl.DateTimeFormat("en-GB", { ...options, timeZone: "UTC" });
    }
    formats.set(zone, format);
  }
  return format;
}

export interface LocalTime {
  /** 20 Nov 2026 */
  date: string;
  /** 20 Nov */
  day: string;
  /** 08:15:30 */
  time: string;
  /** .123, or nothing */
  fraction: string;
}

/** An instant in a zone. The fraction is the received one, to milliseconds. */
export function localTime(ts: string, zone: string): LocalTime {
  const instant = Date.parse(ts);
  if (Number.isNaN(instant)) return { date: ts, day: ts, time: "", fraction: "" };
  const parts: Record<string, string> = {};
  for (const { type, value } of formatIn(zone).formatToParts(instant)) parts[type] = value;
  const fraction = /\.(\d+)/.exec(ts)?.[1] ?? "";
  const day = `${parts.day} ${parts.month}`;
  return {
    date: `${day} ${parts.year}`,
    day,
    time: `${parts.hour}:${parts.minute}:${parts.second}`,
    fraction: `.${fraction.slice(0, 3).padEnd(3, "0")}`,
  };
}

export function dateTime(ts: string, zone: string): string {
  const { date, time, fraction } = localTime(ts, zone);
  return `${date} ${time}${fraction === ".000" ? "" : fraction}`;
}

/** The rounded age of an instant. */
export function ago(ts: string, now = Date.now()): string {
  const seconds = Math.max(0, (now - Date.parse(ts)) / 1000);
  if (seconds < 90) return `${Math.round(seconds)} s ago`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min ago`;
  if (seconds < 129_600) return `${Math.round(seconds / 3600)} h ago`;
  return `${Math.round(seconds / 86_400)} days ago`;
}

/** The time of a bucket, from its text, which has the local time of the answer's zone. */
export function bucketTime(t: string): { day: string; time: string; weekday: string } {
  const date = new Date(`${t.slice(0, 10)}T00:00:00Z`);
  const name = (options: Intl.DateTimeFormatOptions): string =>
    new Intl.DateTimeFormat("en-GB", { ...options, timeZone: "UTC" }).format(date);
  return {
    day: name({ day: "numeric", month: "short" }),
    time: t.slice(11, 16),
    weekday: name({ weekday: "short" }),
  };
}

/** A kind of ID as a label: order_id is "Order ID". */
export function kindLabel(kind: string): string {
  const words = kind.split(/[_-]+/).filter((word) => word !== "");
  const text = words.map((word) => (/^ids?$/i.test(word) ? word.toUpperCase() : word)).join(" ");
  return text === "" ? kind : text[0]!.toUpperCase() + text.slice(1);
}

export const STATUS_WORDS: Record<number, string> = {
  200: "OK",
  201: "Created",
  202: "Accepted",
  204: "No content",
  301: "Moved permanently",
  302: "Found",
  304: "Not modified",
  400: "Bad request",
  401: "Not authorized",
  403: "Forbidden",
  404: "Not found",
  405: "Method not allowed",
  409: "Conflict",
  410: "Gone",
  413: "Payload too large",
  415: "Unsupported media type",
  422: "Unprocessable entity",
  429: "Rate limit",
  500: "Server error",
  501: "Not implemented",
  502: "Service unavailable",
  503: "Service unavailable",
  504: "Gateway timeout",
};
