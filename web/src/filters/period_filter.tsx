// The menus of the period and of the time zone.

import { useState } from "preact/hooks";
import type { Pair } from "../state/filters";
import { MORE_PERIODS, PERIODS } from "../state/periods";
import { valueOf, withPeriod, withValue } from "../state/place";
import { AddForm } from "../ui/add_form";

export const OWN_ZONE = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";

export function PeriodFilter(props: {
  pairs: readonly Pair[];
  set: (pairs: Pair[]) => void;
  close: () => void;
  /** The period of a URL without one. */
  initial?: string;
}) {
  const { pairs, initial = "today" } = props;
  const date = valueOf(pairs, "date");
  const [from, setFrom] = useState(inputValue(valueOf(pairs, "from")));
  const [to, setTo] = useState(inputValue(valueOf(pairs, "to")));
  const custom = valueOf(pairs, "from") !== undefined || valueOf(pairs, "to") !== undefined;
  const choose = (value: string): void => {
    props.set(withPeriod(pairs, { date: value === initial ? undefined : value }));
    props.close();
  };
  const apply = (event: Event): void => {
    event.preventDefault();
    if (!from && !to) return;
    props.set(withPeriod(pairs, { from: from || undefined, to: to || undefined }));
    props.close();
  };
  const option = ({ date: value, label }: { date: string; label: string }) => {
    const current = !custom && (date ?? initial) === value;
    return (
      <button
        key={value}
        type="button"
        class="choice choice-button"
        aria-pressed={current}
        data-first={current ? true : undefined}
        onClick={() => choose(value)}
      >
        {label}
      </button>
    );
  };
  return (
    <div class="choices">
      {PERIODS.map(option)}
      <hr />
      {MORE_PERIODS.map(option)}
      <hr />
      <form class="custom-period" onSubmit={apply}>
        <span class="choices-title">Custom</span>
        <label>
          From
          <input
            type="datetime-local"
            class="input"
            value={from}
            onInput={(event) => setFrom(event.currentTarget.value)}
          />
        </label>
        <label>
          To
          <input
            type="datetime-local"
            class="input"
            value={to}
            onInput={(event) => setTo(event.currentTarget.value)}
          />
        </label>
        <button type="submit" class="button button-primary">
          Apply
        </button>
      </form>
    </div>
  );
}

/** The value of a datetime-local input for a word of a period; empty if the word isn't a local date and time. */
function inputValue(text: string | undefined): string {
  const found = /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d))?/.exec(text ?? "");
  return found ? `${found[1]}T${found[2] ?? "00:00"}` : "";
}

export function zoneLabel(tz: string | undefined, shown: string | undefined): string {
  if (tz === undefined) return shown ?? "Account’s time";
  return tz;
}

export function ZoneFilter(props: {
  pairs: readonly Pair[];
  shown: string | undefined;
  set: (pairs: Pair[]) => void;
  close: () => void;
}) {
  const tz = valueOf(props.pairs, "tz");
  const choose = (zone: string | undefined): void => {
    props.set(withValue(props.pairs, "tz", zone));
    props.close();
  };
  const option = (zone: string | undefined, label: string, detail: string | undefined) => (
    <button
      type="button"
      class="choice choice-button"
      aria-pressed={tz === zone}
      data-first={tz === zone ? true : undefined}
      onClick={() => choose(zone)}
    >
      <span class="suggestion-text">{label}</span>
      <span class="faint">{detail}</span>
    </button>
  );
  return (
    <div class="choices">
      {option(undefined, "The account’s", tz === undefined ? props.shown : "or the server’s")}
      {OWN_ZONE === "UTC" ? null : option(OWN_ZONE, "Mine", OWN_ZONE)}
      {option("UTC", "UTC", undefined)}
      <AddForm label="Another zone" placeholder="Europe/Paris" action="Use" add={choose} />
    </div>
  );
}
