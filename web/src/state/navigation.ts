// The current place and the browser's history. Every control calls navigate(), so that Back undoes it.

import { useEffect, useState } from "preact/hooks";
import { parsePlace, urlOf, type Place } from "./place";

/** What a history entry stores besides its URL. */
export interface Memory {
  /** The place before a zoom in the chart. */
  before?: { label: string; url: string };
}

let current = parsePlace(location.pathname, location.search);
const listeners = new Set<() => void>();

function announce(): void {
  current = parsePlace(location.pathname, location.search);
  for (const listener of [...listeners]) listener();
}

addEventListener("popstate", announce);

export function place(): Place {
  return current;
}

export function memory(): Memory {
  return (history.state as Memory | null) ?? {};
}

export function navigate(to: Place, options: { replace?: boolean; memory?: Memory } = {}): void {
  const url = urlOf(to);
  const same = url === location.pathname + location.search;
  const state = options.memory ?? (options.replace || same ? memory() : {});
  if (options.replace || same) history.replaceState(state, "", url);
  else history.pushState(state, "", url);
  announce();
}

/** Handles a click on a link to another place of this page, unless it opens a new tab. */
export function follow(event: MouseEvent, to: Place): void {
  if (
    event.defaultPrevented ||
    event.button !== 0 ||
    event.metaKey ||
    event.ctrlKey ||
    event.shiftKey ||
    event.altKey
  )
    return;
  event.preventDefault();
  navigate(to);
}

export function usePlace(): Place {
  const [, redraw] = useState(0);
  useEffect(() => {
    const listener = (): void => redraw((count) => count + 1);
    listeners.add(listener);
    return () => void listeners.delete(listener);
  }, []);
  return current;
}
