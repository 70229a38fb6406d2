// The live tail: calls as they arrive, through an event stream that resumes where it was cut.

import type { CallRow } from "../api/answers";
import { apiUrl } from "../api/client";
import type { Pair } from "../state/filters";
import { filterPairs } from "../state/place";
import type { Item } from "./log_list";

export type TailState = "connecting" | "live" | "lost" | "failed";

/** New items are handed over together, at most this often: a burst costs one redraw. */
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
    private readonly onItems: (newestFirst: Item[]) => void,
    private readonly onState: (state: TailState, message?: string) => void,
    /** A stream began that doesn't resume an earlier one. */
    private readonly onBegin: () => void,
  ) {
    this.connect();
  }

  private connect(): void {
    this.onState("connecting");
    const pairs = filterPairs(this.pairs);
    if (this.lastId !== undefined) pairs.push(["last_event_id", this.lastId]);
    const source = new EventSource(apiUrl("follow", pairs));
    this.source = source;
    source.onopen = () => {
      this.onState("live");
      if (this.lastId === undefined) this.onBegin();
    };
    source.onmessage = (event: MessageEvent<string>) => {
      this.lastId = event.lastEventId || this.lastId;
      if (event.data === "") return;
      this.add(JSON.parse(event.data) as CallRow);
    };
    source.addEventListener("missed", (event) => {
      const { missed } = JSON.parse((event as MessageEvent<string>).data) as { missed: number };
      this.add({ missed, ref: `missed-${++this.missed}` });
    });
    source.addEventListener("failed", (event) => {
      const problem = JSON.parse((event as MessageEvent<string>).data) as { detail?: string };
      this.close();
      this.onState("failed", problem.detail);
    });
    source.onerror = () => {
      this.onState("lost");
      // The browser reconnects by itself, with the last ID, unless the answer was an error.
      if (source.readyState !== EventSource.CLOSED) return;
      clearTimeout(this.again);
      this.again = setTimeout(() => this.connect(), RECONNECT_MS);
    };
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
