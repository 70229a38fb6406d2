// Commands that keys and buttons of the bar give to whatever page is shown.

import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import type { Pair } from "./filters";
import { endsNow } from "./periods";
import { periodOf } from "./place";

export type Command =
  "refresh" | "down" | "up" | "open" | "close" | "earlier" | "later" | "copy" | "live" | "clear";

const handlers = new Map<Command, (() => void)[]>();

/**
 * Returns the function that ends it. The handler that came last is the one that is run. Call it in a layout effect: a
 * key that is pressed as soon as the page is painted must find it.
 */
export function onCommand(command: Command, handler: () => void): () => void {
  const list = handlers.get(command) ?? [];
  list.push(handler);
  handlers.set(command, list);
  return () => {
    const at = list.lastIndexOf(handler);
    if (at >= 0) list.splice(at, 1);
  };
}

/** Runs a command; false if nobody knows it here. */
export function run(command: Command): boolean {
  const handler = handlers.get(command)?.at(-1);
  handler?.();
  return handler !== undefined;
}

const REFRESH_MS = 30_000;

/**
 * A number that changes when answers should be asked for again: on demand, and every half minute while the period
 * ends now. A pinned period stays as it is, also on demand: it gets the same request again, and no other one.
 */
export function useRefresh(pairs: readonly Pair[]): number {
  const [turn, setTurn] = useState(0);
  const moving = endsNow(periodOf(pairs));
  useLayoutEffect(() => onCommand("refresh", () => setTurn((count) => count + 1)), []);
  useEffect(() => {
    if (!moving) return;
    const timer = setInterval(() => {
      if (document.visibilityState === "visible") setTurn((count) => count + 1);
    }, REFRESH_MS);
    return () => clearInterval(timer);
  }, [moving]);
  return turn;
}
