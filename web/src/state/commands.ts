// Commands of keys and of the bar's buttons. The shown page handles them.

import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import type { Pair } from "./filters";
import { endsNow } from "./periods";
import { periodOf } from "./place";

export type Command =
  "refresh" | "down" | "up" | "open" | "close" | "earlier" | "later" | "copy" | "live" | "clear";

const handlers = new Map<Command, (() => void)[]>();

/**
 * Adds a handler, and returns the function that removes it. Only the newest handler of a command runs. Call it in a
 * layout effect, so that the handler exists when the page is painted.
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

/** Runs a command. Returns false if it has no handler. */
export function run(command: Command): boolean {
  const handler = handlers.get(command)?.at(-1);
  handler?.();
  return handler !== undefined;
}

const REFRESH_MS = 30_000;

/**
 * A number that changes when requests should be repeated: on the command `refresh`, and every REFRESH_MS while the
 * period ends now.
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
