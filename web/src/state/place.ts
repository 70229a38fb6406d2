// A place: a page and its parameters. The URL contains it, and with it the page's whole state.

import { filterOf, pairOf, type Filter, type Pair } from "./filters";
import type { PeriodWords } from "./periods";

export type Page = "activity" | "logs" | "errors" | "call" | "audit" | "help";

export interface Place {
  page: Page;
  /** On a call's page, its ref. */
  subject: string;
  pairs: Pair[];
}

/** Pages whose path is their name. */
const PATHS: readonly Page[] = ["logs", "errors", "audit", "help"];

/** Parameters of the page itself. All others belong to the protocol. */
const OWN = new Set(["columns", "call", "live", "find", "view"]);
/** Parameters of requests that aren't filters. */
const PERIOD_WORDS = ["date", "from", "to"] as const;
const PERIOD: readonly string[] = [...PERIOD_WORDS, "tz"];
const OPTIONS = new Set([...PERIOD, "compare", "quantiles", "by", "order", "step", "sort", "n", "with"]);

export function parsePlace(pathname: string, search: string): Place {
  const [, first = "", rest = ""] = /^\/([^/]*)\/?(.*)$/.exec(pathname) ?? [];
  const pairs = [...new URLSearchParams(search)] as Pair[];
  const subject = decode(rest);
  if (first === "calls" && rest) return { page: "call", subject, pairs };
  const page = PATHS.find((each) => each === first) ?? "activity";
  return { page, subject: "", pairs };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function pathOf(place: Place): string {
  return place.page === "call" ? `/calls/${encodeURIComponent(place.subject)}` : `/${place.page}`;
}

/** Encodes a query string. Unlike URLSearchParams, it leaves `/ , : @` and `!` readable. */
export function queryOf(pairs: readonly Pair[]): string {
  return pairs
    .map(([name, value]) => (value === "" && /[<>]/.test(name) ? part(name) : `${part(name)}=${part(value)}`))
    .join("&");
}

function part(text: string): string {
  return encodeURIComponent(wellFormed(text)).replace(/%(2F|2C|3A|40)/g, decodeURIComponent);
}

export function urlOf(place: Place): string {
  const query = queryOf(place.pairs);
  return pathOf(place) + (query && `?${query}`);
}

export function valueOf(pairs: readonly Pair[], name: string): string | undefined {
  return pairs.find((pair) => pair[0] === name)?.[1];
}

/** Replaces the values of a name by one, in their position. Undefined removes them. */
export function withValue(pairs: readonly Pair[], name: string, value: string | undefined): Pair[] {
  const at = pairs.findIndex((pair) => pair[0] === name);
  const others = pairs.filter((pair) => pair[0] !== name);
  if (value === undefined) return others;
  others.splice(at < 0 ? others.length : Math.min(at, others.length), 0, [name, value]);
  return others;
}

export function isFilter([name]: Pair): boolean {
  return !OWN.has(name) && !OPTIONS.has(name);
}

export function filtersOf(pairs: readonly Pair[]): Filter[] {
  return pairs.filter(isFilter).map(filterOf);
}

/** Replaces all filters. Those without values are left out. */
export function withFilters(pairs: readonly Pair[], filters: readonly Filter[]): Pair[] {
  const rest = pairs.filter((pair) => !isFilter(pair));
  return [...filters.filter((filter) => filter.values.length > 0).map(pairOf), ...rest];
}

/** The filters and the period, which all pages share. */
export function scopeOf(pairs: readonly Pair[]): Pair[] {
  return pairs.filter((pair) => isFilter(pair) || PERIOD.includes(pair[0]));
}

/** What a place shares with the tabs. The audit has no filters on calls, only a period. */
export function sharedScope({ page, pairs }: Place): Pair[] {
  return page === "audit" ? pairs.filter(([name]) => PERIOD.includes(name)) : scopeOf(pairs);
}

export function filterPairs(pairs: readonly Pair[]): Pair[] {
  return pairs.filter(isFilter);
}

/** The words of the period. Without any, it is today. */
export function periodOf(pairs: readonly Pair[]): PeriodWords {
  return { date: valueOf(pairs, "date"), from: valueOf(pairs, "from"), to: valueOf(pairs, "to") };
}

export function hasPeriod(pairs: readonly Pair[]): boolean {
  return Object.values(periodOf(pairs)).some((word) => word !== undefined);
}

/** Replaces the period. */
export function withPeriod(pairs: readonly Pair[], period: PeriodWords): Pair[] {
  const words: readonly string[] = PERIOD_WORDS;
  let result = pairs.filter((pair) => !words.includes(pair[0]));
  for (const name of PERIOD_WORDS) {
    if (period[name] !== undefined) result = withValue(result, name, period[name]);
  }
  return result;
}

/** The filter of this name and operator, if there is one. */
export function findFilter(pairs: readonly Pair[], name: string, op = "="): Filter | undefined {
  return filtersOf(pairs).find((filter) => filter.name === name && filter.op === op);
}

/** Sets the values of one filter. An empty list removes it. */
export function withFilter(pairs: readonly Pair[], filter: Filter): Pair[] {
  const filters = filtersOf(pairs);
  const at = filters.findIndex((other) => other.name === filter.name && other.op === filter.op);
  if (at < 0) filters.push(filter);
  else filters[at] = filter;
  return withFilters(
    pairs,
    filters.filter((each) => each.values.length > 0),
  );
}

/** Replaces unpaired surrogates, which can't be percent-encoded. */
function wellFormed(text: string): string {
  return text.replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd");
}
