// The calls of the log table: pages of LOGS, and in front of them the calls that FOLLOW brought.

import type { CallRow, Summary } from "../api/answers";
import { ask, Problem, isAbort } from "../api/client";
import { justAfter } from "./instants";
import { joinValues, type Pair } from "../state/filters";
import { filterPairs, scopeOf, valueOf } from "../state/place";

/** So many calls weren't shown, because the page or the daemon could not keep up. */
export interface MissedRow {
  missed: number;
  ref: string;
}

export type Item = CallRow | MissedRow;

export function isMissed(item: Item): item is MissedRow {
  return "missed" in item;
}

const FIRST_PAGE = 100;
const PAGE = 500;
/** A list that is longer than this is better narrowed than scrolled; it also keeps the page's memory bounded. */
export const MOST_ROWS = 50_000;

export function requestOf(pairs: readonly Pair[]): Pair[] {
  const order = valueOf(pairs, "order");
  return order === undefined ? scopeOf(pairs) : [...scopeOf(pairs), ["order", order]];
}

export class LogList {
  items: Item[] = [];
  summary: Summary | undefined;
  next: string | undefined;
  problem: Problem | undefined;
  loading = false;
  cancelled = false;
  /** What the scroller had when the page was left. */
  scrollTop = 0;
  selected: string | undefined;
  /** Values at JSON pointers, by call and pointer: the received text, arrays as JSON. */
  readonly values = new Map<string, Map<string, string>>();
  private asked = new Set<string>();
  private followed = new Set<string>();
  private controller = new AbortController();
  private pointers: string[] = [];
  private listeners = new Set<() => void>();

  constructor(readonly request: Pair[]) {}

  subscribe(listener: () => void): () => void {
    this.listeners.add(listener);
    return () => void this.listeners.delete(listener);
  }

  private changed(): void {
    for (const listener of [...this.listeners]) listener();
  }

  get full(): boolean {
    return this.items.length >= MOST_ROWS;
  }

  /** Loads the next page if the reader comes near its beginning. What failed or was cancelled waits for a wish. */
  more(): void {
    if (this.summary !== undefined && this.problem === undefined && !this.cancelled) void this.load();
  }

  /** Loads the next page, or the first. */
  async load(): Promise<void> {
    const first = this.summary === undefined;
    if (this.loading || (!first && (this.next === undefined || this.full))) return;
    this.loading = true;
    this.problem = undefined;
    this.cancelled = false;
    this.controller = new AbortController();
    const { signal } = this.controller;
    this.changed();
    try {
      const page: Pair[] = [...this.request, ["limit", String(first ? FIRST_PAGE : PAGE)]];
      if (this.next !== undefined) page.push(["cursor", this.next]);
      const answer = await ask<CallRow>("logs", page, { signal });
      this.items = first ? [...this.items, ...answer.rows] : this.items.concat(answer.rows);
      // Later pages don't say again what the first one said of the whole period.
      this.summary = first
        ? answer.summary
        : { ...this.summary, ...(answer.summary.complete === false ? { complete: false } : {}) };
      this.next = answer.summary.next;
      void this.loadValues(answer.rows);
    } catch (error) {
      if (isAbort(error)) this.cancelled = true;
      else this.problem = error instanceof Problem ? error : new Problem(0, String(error));
    }
    this.loading = false;
    this.changed();
  }

  cancel(): void {
    this.controller.abort();
  }

  /**
   * Loads the first page again, for a tail that has just begun: calls that arrived between the page and the tail are
   * in neither. What the tail has brought meanwhile stays.
   */
  async restart(): Promise<void> {
    try {
      const page: Pair[] = [...this.request, ["limit", String(FIRST_PAGE)]];
      const answer = await ask<CallRow>("logs", page, { signal: this.controller.signal });
      const known = new Set(answer.rows.map((row) => row.ref));
      const newer = this.items.filter((item) => this.followed.has(item.ref) && !known.has(item.ref));
      this.items = [...newer, ...answer.rows];
      this.summary = answer.summary;
      this.next = answer.summary.next;
      void this.loadValues(answer.rows);
    } catch {
      // The page that is shown stays; the tail goes on in front of it.
    }
    this.changed();
  }

  prepend(items: Item[]): void {
    for (const item of items) this.followed.add(item.ref);
    this.items = [...items, ...this.items].slice(0, MOST_ROWS);
    void this.loadValues(items.filter((item): item is CallRow => !isMissed(item)));
    this.changed();
  }

  /** Shows these JSON pointers too; their values come with a request of their own. */
  setPointers(pointers: string[]): void {
    if (pointers.join("\0") === this.pointers.join("\0")) return;
    this.pointers = pointers;
    this.asked.clear();
    void this.loadValues(this.items.filter((item): item is CallRow => !isMissed(item)));
  }

  // LOGS has no pointers, EXPORT has: it is asked for the period between the page's outer calls.
  private async loadValues(rows: readonly CallRow[]): Promise<void> {
    const wanted = rows.filter((row) => !this.asked.has(row.ref));
    if (this.pointers.length === 0 || wanted.length === 0) return;
    for (const row of wanted) this.asked.add(row.ref);
    const times = wanted.map((row) => row.ts).sort((a, b) => Date.parse(a) - Date.parse(b));
    const pairs: Pair[] = [
      ["fields", joinValues(["ref", ...this.pointers])],
      ["from", times[0]!],
      ["to", justAfter(times.at(-1)!)],
      ...filterPairs(this.request),
    ];
    try {
      const answer = await ask<Record<string, unknown>>("export", pairs, { texts: true });
      for (const [at, row] of answer.rows.entries()) {
        const mine = new Map<string, string>();
        for (const pointer of this.pointers) {
          const value = row[pointer];
          if (value === undefined || value === null) continue;
          mine.set(
            pointer,
            typeof value === "string" ? value : receivedText(answer.texts[at]!, pointer, value),
          );
        }
        this.values.set(String(row.ref), mine);
      }
    } catch {
      for (const row of wanted) this.asked.delete(row.ref);
    }
    this.changed();
  }
}

/** The text of a number or array as the daemon sent it. */
function receivedText(line: string, pointer: string, value: unknown): string {
  const key = `${JSON.stringify(pointer)}:`;
  const at = line.indexOf(key);
  if (at >= 0 && typeof value === "number")
    return /^[^,}]+/.exec(line.slice(at + key.length))?.[0] ?? String(value);
  return JSON.stringify(value);
}

/** The list that was shown last, so that Back brings it as it was. */
let kept: { key: string; list: LogList } | undefined;

export function keepList(key: string, list: LogList): void {
  kept = { key, list };
}

export function keptList(key: string): LogList | undefined {
  return kept?.key === key ? kept.list : undefined;
}
