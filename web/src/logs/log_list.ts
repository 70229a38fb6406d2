// The calls of the log table: the live tail first, then the pages of LOGS.

import type { CallRow, Summary } from "../api/answers";
import { ask, Problem, isAbort, type Answer } from "../api/client";
import { justAfter } from "./instants";
import { joinValues, type Pair } from "../state/filters";
import { filterPairs, scopeOf, valueOf } from "../state/place";
import { valuesIn, valuesOfRow, type PointerValues } from "./pointer_values";

/** In place of calls that the live tail skipped, because the page or the daemon was too slow. */
export interface MissedRow {
  /** The number of these calls. */
  missed: number;
  ref: string;
}

export type Item = CallRow | MissedRow;

export function isMissed(item: Item): item is MissedRow {
  return "missed" in item;
}

const FIRST_PAGE = 100;
const PAGE = 500;
/** Bounds the page's memory. A reader narrows the filters rather than scroll further. */
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
  /** The scroller's position when the page was left. */
  scrollTop = 0;
  selected: string | undefined;
  /** Values at the pointers of columns, by ref. */
  readonly values = new Map<string, PointerValues>();
  /** The pointers of columns: each page is asked for its values there. */
  private pointers: readonly string[];
  private followed = new Set<string>();
  private controller = new AbortController();
  private listeners = new Set<() => void>();

  constructor(
    readonly request: Pair[],
    pointers: readonly string[],
  ) {
    this.pointers = pointers;
  }

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

  /** Loads the next page when the reader comes near the end. After a failure or Cancel, only load() continues. */
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
      const answer = await this.ask(first ? FIRST_PAGE : PAGE, this.next, signal);
      this.items = first ? [...this.items, ...answer.rows] : this.items.concat(answer.rows);
      // The first page describes the whole period; later pages only add what they miss.
      this.summary = first
        ? answer.summary
        : { ...this.summary, ...(answer.summary.complete === false ? { complete: false } : {}) };
      this.next = answer.summary.next;
    } catch (error) {
      if (isAbort(error)) this.cancelled = true;
      else this.problem = error instanceof Problem ? error : new Problem(0, String(error));
    }
    this.loading = false;
    this.changed();
  }

  private async ask(
    limit: number,
    cursor: string | undefined,
    signal: AbortSignal,
  ): Promise<Answer<CallRow>> {
    const { pointers } = this;
    const page: Pair[] = [...this.request, ["limit", String(limit)]];
    if (cursor !== undefined) page.push(["cursor", cursor]);
    if (pointers.length > 0) page.push(withPair(pointers));
    const answer = await ask<CallRow>("logs", page, { signal, texts: pointers.length > 0 });
    for (const [at, text] of answer.texts.entries()) this.addValues(answer.rows[at]!.ref, text);
    // A column was added while the page was on its way.
    if (this.pointers !== pointers) void this.loadValues(answer.rows);
    return answer;
  }

  /** Takes a call's values from the received text of its row. */
  addValues(ref: string, row: string): void {
    const values = valuesOfRow(row);
    if (values) this.values.set(ref, values);
  }

  cancel(): void {
    this.controller.abort();
  }

  /**
   * Loads the first page again, for a tail that has just begun: calls that arrived between the page and the tail's
   * begin are in neither. Calls that the tail has received since stay.
   */
  async restart(): Promise<void> {
    try {
      const answer = await this.ask(FIRST_PAGE, undefined, this.controller.signal);
      const known = new Set(answer.rows.map((row) => row.ref));
      const newer = this.items.filter((item) => this.followed.has(item.ref) && !known.has(item.ref));
      this.items = [...newer, ...answer.rows];
      this.summary = answer.summary;
      this.next = answer.summary.next;
    } catch {
      // The shown page stays, and the tail continues in front of it.
    }
    this.changed();
  }

  prepend(items: Item[]): void {
    for (const item of items) this.followed.add(item.ref);
    this.items = [...items, ...this.items].slice(0, MOST_ROWS);
    this.changed();
  }

  /** Changes the pointers of columns. Values of calls that are already in the list are loaded afterwards. */
  setPointers(pointers: readonly string[]): void {
    if (pointers.join("\0") === this.pointers.join("\0")) return;
    const added = pointers.some((pointer) => !this.pointers.includes(pointer));
    this.pointers = pointers;
    if (added) void this.loadValues(this.items.filter((item): item is CallRow => !isMissed(item)));
  }

  private async loadValues(rows: readonly CallRow[]): Promise<void> {
    if (rows.length === 0) return;
    const times = rows.map((row) => row.ts).sort((a, b) => Date.parse(a) - Date.parse(b));
    const pairs: Pair[] = [
      ["fields", joinValues(["ref", ...this.pointers])],
      ["from", times[0]!],
      ["to", justAfter(times.at(-1)!)],
      ...filterPairs(this.request),
    ];
    try {
      const answer = await ask<{ ref: string }>("export", pairs, { texts: true });
      for (const [at, row] of answer.rows.entries()) this.values.set(row.ref, valuesIn(answer.texts[at]!));
    } catch {
      // The cells stay empty; a refresh loads the page with its values.
    }
    this.changed();
  }
}

/** The parameter that asks for values at pointers. */
export function withPair(pointers: readonly string[]): Pair {
  return ["with", joinValues(pointers)];
}

/** The list that was shown last, so that Back restores it. */
let kept: { key: string; list: LogList } | undefined;

export function keepList(key: string, list: LogList): void {
  kept = { key, list };
}

export function keptList(key: string): LogList | undefined {
  return kept?.key === key ? kept.list : undefined;
}
