// Explains an empty answer: no call has ever arrived; no call of this period matches, but one of another time does; or
// no kept call matches the filters.

import { useEffect, useState } from "preact/hooks";
import type { Summary } from "../api/answers";
import { ask, type Status } from "../api/client";
import { count, dateTime, localTime } from "../format/text";
import { textOf, type Filter, type Pair } from "../state/filters";
import { filtersOf, scopeOf, urlOf, valueOf, withFilters, withPeriod, type Place } from "../state/place";
import { follow } from "../state/navigation";
import { moreLabel } from "../filters/more_filter";
import { Icon } from "./icons";
import { SafeText } from "./safe_text";

export interface EmptyProps {
  summary: Summary;
  pairs: readonly Pair[];
  set: (pairs: Pair[]) => void;
  page: "activity" | "logs" | "errors";
}

export function Empty({ summary, pairs, set, page }: EmptyProps) {
  const ever = useEverReceived();
  const zone = summary.tz ?? "UTC";
  const filters = filtersOf(pairs);
  if (ever === undefined) return <div class="empty" />;
  if (!ever) {
    return (
      <div class="empty">
        <h2>No Data Available</h2>
        <p>
          No call has arrived yet. Configure a source that reads the API’s log, or send a line to the intake
          port. This page then updates by itself.
        </p>
        <p class="faint mono">{`echo '${exampleCall()}' | nc -N 127.0.0.1 14001`}</p>
      </div>
    );
  }
  return (
    <div class="empty">
      <h2>No Data Available</h2>
      {summary.nearest ? (
        <Nearest
          nearest={summary.nearest}
          zone={zone}
          pairs={pairs}
          page={page}
          filtered={filters.length > 0}
        />
      ) : filters.length > 0 ? (
        <>
          <p>
            No kept call matches all of these filters in this period
            {valueOf(pairs, "date") === "all" ? "" : ", and none was found outside it"}.
          </p>
          <Narrowing filters={filters} pairs={pairs} set={set} />
        </>
      ) : (
        <p>No call arrived in this period.</p>
      )}
      {summary.retained_from && page === "logs" ? (
        <Dropped summary={summary} pairs={pairs} zone={zone} />
      ) : null}
      {filters.length > 0 ? (
        <button type="button" class="button" onClick={() => set(withFilters(pairs, []))}>
          Clear the filters
        </button>
      ) : null}
    </div>
  );
}

function Nearest({
  nearest,
  zone,
  pairs,
  page,
  filtered,
}: {
  nearest: { ts: string; ref: string };
  zone: string;
  pairs: readonly Pair[];
  page: EmptyProps["page"];
  filtered: boolean;
}) {
  const day = localDate(nearest.ts, zone);
  const place: Place = { page, subject: "", pairs: withPeriod(pairs, { date: day }) };
  const call: Place = { page: "call", subject: nearest.ref, pairs: [] };
  return (
    <>
      <p>
        No call {filtered ? "matches " : "arrived "}in this period. The nearest {filtered ? "matching " : ""}
        call is from <strong>{dateTime(nearest.ts, zone)}</strong>.
      </p>
      <p class="empty-actions">
        <a class="button button-primary" href={urlOf(place)} onClick={(event) => follow(event, place)}>
          Show that day
        </a>
        <a class="button" href={urlOf(call)} onClick={(event) => follow(event, call)}>
          Open that call
        </a>
      </p>
    </>
  );
}

/** The local date of an instant, as the protocol writes it. */
function localDate(ts: string, zone: string): string {
  const [day = "", month = "", year = ""] = localTime(ts, zone).date.split(" ");
  const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sept", "Oct", "Nov", "Dec"];
  const at = months.findIndex((name) => month.startsWith(name.slice(0, 3)));
  return at < 0 ? ts.slice(0, 10) : `${year}-${String(at + 1).padStart(2, "0")}-${day}`;
}

/** For a period whose calls were dropped: a link to its counts. */
function Dropped({ summary, pairs, zone }: { summary: Summary; pairs: readonly Pair[]; zone: string }) {
  const [calls, setCalls] = useState<number>();
  const scope = scopeOf(pairs);
  useEffect(() => {
    const controller = new AbortController();
    ask("activity", [["step", "1d"], ...scope], { signal: controller.signal }).then(
      (answer) => setCalls(answer.summary.calls),
      () => undefined,
    );
    return () => controller.abort();
  }, [JSON.stringify(scope)]);
  const place: Place = { page: "activity", subject: "", pairs: scope };
  return (
    <p>
      Whole calls are kept from {localTime(summary.retained_from!, zone).date} on.{" "}
      {calls ? (
        <>
          The counts of this period remain:{" "}
          <a href={urlOf(place)} onClick={(event) => follow(event, place)}>
            {count(calls)} calls in Activity
          </a>
          .
        </>
      ) : null}
    </p>
  );
}

const TRIED = 4;

/** For each filter, the number of calls that match without it. */
function Narrowing({
  filters,
  pairs,
  set,
}: {
  filters: readonly Filter[];
  pairs: readonly Pair[];
  set: (pairs: Pair[]) => void;
}) {
  const [counts, setCounts] = useState<Map<number, number>>(new Map());
  useEffect(() => {
    const controller = new AbortController();
    for (const at of filters.slice(0, TRIED).keys()) {
      const without = withFilters(
        pairs,
        filters.filter((_, other) => other !== at),
      );
      ask("activity", [["step", "1d"], ...scopeOf(without)], { signal: controller.signal }).then(
        (answer) => setCounts((old) => new Map(old).set(at, answer.summary.calls ?? 0)),
        () => undefined,
      );
    }
    return () => controller.abort();
  }, [JSON.stringify(scopeOf(pairs))]);
  return (
    <ul class="narrowing">
      {filters.slice(0, TRIED).map((filter, at) => (
        <li key={textOf(filter)}>
          <span>
            Without{" "}
            <code>
              <SafeText text={textOf(filter)} />
            </code>
            : {counts.has(at) ? `${count(counts.get(at)!)} calls` : "…"}
          </span>
          <button
            type="button"
            class="button button-small"
            aria-label={`Remove the filter ${moreLabel(filter.name)}`}
            onClick={() =>
              set(
                withFilters(
                  pairs,
                  filters.filter((_, other) => other !== at),
                ),
              )
            }
          >
            <Icon name="close" />
            Remove
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Whether any call has ever arrived; undefined until it is known. */
function useEverReceived(): boolean | undefined {
  const [ever, setEver] = useState<boolean>();
  useEffect(() => {
    const controller = new AbortController();
    ask<Status>("status", [], { signal: controller.signal }).then(
      ({ rows: [status] }) => setEver((status?.intake?.calls ?? 1) > 0),
      () => setEver(true),
    );
    return () => controller.abort();
  }, []);
  return ever;
}

function exampleCall(): string {
  const ts = `${new Date().toISOString().slice(0, 19)}Z`;
  return JSON.stringify({ ts, method: "GET", endpoint: "/hello", status: 200 });
}
