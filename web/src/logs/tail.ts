// The live tail: calls as they arrive, from an event stream that resumes where it was cut.

import type { CallRow } from "../api/answers";
import { apiUrl, suspectIdentity } from "../api/client";
import type { Pair } from "../state/filters";
import { filterPairs } from "../state/place";
import { withPair, type Item } from "./log_list";

export type TailState = "connecting" | "live" | "lost" | "failed";

/** New items are collected for this long, so that a burst costs one redraw. */
const HAND_OVER_MS = 200;
const RECONNECT_MS = 2000;

export class Tail {
  private source: EventSource | undefined;
  private waiting: Item[] = [];
  private timer: ReturnType<typeof setTimeout> | undefined;
  private again: ReturnType<typeof setTimeout> | undefined;
  private lastId: string | undefined;
  private missed = 0;

  constructor(
    private readonly pairs: readonly Pair[],
    private pointers: readonly string[],
    private readonly onItems: (newestFirst: Item[]) => void,
    /** Called with the ref and the received text of each call. */
    private readonly onText: (ref: string, row: string) => void,
    private readonly onState: (state: TailState, message?: string) => void,
    /** Called when a stream begins that doesn't resume an earlier one. */
    private readonly onBegin: () => void,
  ) {
    this.connect();
  }

  private connect(): void {
    this.onState("connecting");
    const pairs = filterPairs(this.pairs);
    if (this.pointers.length > 0) pairs.push(withPair(this.pointers));
    if (this.lastId !== undefined) pairs.push(["after", this.lastId]);
    const source = new EventSource(apiUrl("follow", pairs));
    this.source = source;
    source.onopen = () => {
      this.onState("live");
      if (this.lastId === undefined) this.onBegin();
    };
    source.onmessage = (event: MessageEvent<string>) => {
      this.lastId = event.lastEventId || this.lastId;
      if (event.data === "") return;
      const row = JSON.parse(event.data) as CallRow;
      this.onText(row.ref, event.data);
      this.add(row);
    };
    source.addEventListener("missed", (event) => {
      const { missed } = JSON.parse((event as MessageEvent<string>).data) as { missed: number };
      this.add({ missed, ref: `missed-${++this.missed}` });
    });
    source.addEventListener("failed", (event) => {
      const problem = JSON.parse((event as MessageEvent<string>).data) as { detail?: string; code?: string };
      if (problem.code === "not-authenticated") suspectIdentity();
      this.close();
      this.onState("failed", problem.detail);
    });
    source.onerror = () => {
      this.onState("lost");
      // The browser reconnects by itself unless the answer was an error.
      if (source.readyState !== EventSource.CLOSED) return;
      suspectIdentity();
      clearTimeout(this.again);
      this.again = setTimeout(() => this.connect(), RECONNECT_MS);
    };
  }

  /** Asks for the values at these pointers from the next call on. */
  setPointers(pointers: readonly string[]): void {
    if (pointers.join("\0") === this.pointers.join("\0")) return;
    this.pointers = pointers;
    clearTimeout(this.again);
    this.source?.close();
    this.connect();
  }

  private add(item: Item): void {
    this.waiting.unshift(item);
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      const items = this.waiting;
      this.waiting = [];
      this.onItems(items);
    }, HAND_OVER_MS);
  }

  close(): void {
    clearTimeout(this.timer);
    clearTimeout(this.again);
    this.source?.close();
  }
}
