// The place as the browser's history has it. Every control goes through navigate(), so Back undoes each.

import { useEffect, useState } from "preact/hooks";
import { parsePlace, urlOf, type Place } from "./place";

/** What a history entry remembers besides its URL. */
export interface Memory {
  /** The period before a zoom in the chart, to go back to. */
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

/** Goes to another place of this page from a link, unless the click asks for a new tab. */
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
