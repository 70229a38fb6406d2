// Activity: the counts of calls and errors, their chart, and lists of the most frequent values.

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Bucket, Summary } from "../api/answers";
import { ask, type Answer } from "../api/client";
import { useAnswer } from "../api/use_answer";
import { FilterBar } from "../filters/filter_bar";
import { bucketTime, count, duration, percent } from "../format/text";
import type { Pair } from "../state/filters";
import { memory, navigate } from "../state/navigation";
import { periodLabel } from "../state/periods";
import {
  filterPairs,
  periodOf,
  scopeOf,
  urlOf,
  valueOf,
  withPeriod,
  withValue,
  type Place,
} from "../state/place";
import { onCommand, useRefresh } from "../state/commands";
import { rememberZone } from "../state/zone";
import { AskedBox } from "../ui/asked";
import { Icon } from "../ui/icons";
import { Notes } from "../ui/notes";
import { Empty } from "../ui/empty";
import { Chart } from "./chart";
import { ErrorList } from "../errors/error_list";
import { neighbour, panned, rangeOf, type Range } from "./range";
import { BucketTable } from "./bucket_table";
import { quantileName, Tiles } from "./tiles";
import { TopList } from "./top_list";

const QUANTILES = "0.5,0.95,0.99";
const CHART_LABEL =
  "Calls and errors over time. Left and right choose a bucket, Enter opens its calls. " +
  "The Table button shows the same data as a table.";

export function Activity({ place }: { place: Place }) {
  const { pairs } = place;
  const set = (next: Pair[]): void => navigate({ ...place, pairs: next });
  const refresh = useRefresh(pairs);
  const compare = valueOf(pairs, "compare");
  const quantiles = valueOf(pairs, "quantiles");
  const request: Pair[] = [...scopeOf(pairs)];
  for (const name of ["step", "compare", "quantiles"]) {
    const value = valueOf(pairs, name);
    if (value !== undefined) request.push([name, value]);
  }
  const asked = useAnswer(
    JSON.stringify(request),
    (signal) => ask<Bucket>("activity", request, { signal }),
    refresh,
  );
  const summary = asked.data?.summary;
  if (summary?.tz) rememberZone(summary.tz);

  return (
    <>
      <FilterBar pairs={pairs} set={set} zone={summary?.tz} />
      <main class="page" id="main">
        <h1 class="off-screen">Activity</h1>
        <AskedBox asked={asked} empty={<div class="activity-placeholder" />}>
          {(answer) => (
            <>
              <Notes summary={answer.summary} kind="counts" />
              <Tiles summary={answer.summary} />
              <ChartCard
                answer={answer}
                place={place}
                set={set}
                compare={compare}
                quantiles={quantiles}
                current={!asked.stale}
              />
            </>
          )}
        </AskedBox>
        <div class="lists">
          <TopList by="endpoint" title="Endpoints" pairs={pairs} set={set} refresh={refresh} />
          <TopList by="account" title="Accounts" pairs={pairs} set={set} refresh={refresh} />
          <ErrorList pairs={pairs} refresh={refresh} />
        </div>
      </main>
    </>
  );
}

interface ChartCardProps {
  answer: Answer<Bucket>;
  place: Place;
  set: (pairs: Pair[]) => void;
  compare: string | undefined;
  quantiles: string | undefined;
  current: boolean;
}

function ChartCard({ answer, place, set, compare, quantiles }: ChartCardProps) {
  const { pairs } = place;
  const { rows: buckets, summary } = answer;
  const [cursor, setCursor] = useState<number>();
  const table = valueOf(pairs, "view") === "table";
  const daily = summary.step === "1d";
  const names = useMemo(() => Object.keys(summary.quantiles ?? {}), [summary.quantiles]);
  useEffect(() => setCursor(undefined), [buckets]);

  const before = memory().before;
  const zoomTo = (range: Range | undefined): void => {
    if (!range) return;
    const label = periodLabel(periodOf(pairs));
    // Further zooms keep the place before the first one.
    navigate(
      { ...place, pairs: withPeriod(pairs, range) },
      { memory: { before: before ?? { label, url: urlOf(place) } } },
    );
  };
  const openCalls = (index: number): void => {
    const range = rangeOf(buckets, summary, index, index);
    if (!range) return;
    const scope = filterPairs(pairs);
    const tz = valueOf(pairs, "tz");
    const next = withPeriod(tz === undefined ? scope : [...scope, ["tz", tz]], range);
    navigate({ page: "logs", subject: "", pairs: next });
  };
  const move = (direction: -1 | 1): void => zoomTo(neighbour(summary, direction));
  const moves = useRef(move);
  moves.current = move;
  useLayoutEffect(() => onCommand("earlier", () => moves.current(-1)), []);
  useLayoutEffect(() => onCommand("later", () => moves.current(1)), []);

  const onKeyDown = (event: KeyboardEvent): void => {
    const last = buckets.length - 1;
    const at = cursor;
    let next: number | undefined;
    if (event.key === "ArrowRight") next = at === undefined ? 0 : Math.min(last, at + 1);
    else if (event.key === "ArrowLeft") next = at === undefined ? last : Math.max(0, at - 1);
    else if (event.key === "Home") next = 0;
    else if (event.key === "End") next = last;
    else if (event.key === "Enter" && at !== undefined) openCalls(at);
    else if (event.key === "Escape" && at !== undefined) setCursor(undefined);
    else return;
    event.preventDefault();
    event.stopPropagation();
    if (next !== undefined) setCursor(next);
  };

  const pinned = valueOf(pairs, "from") !== undefined && valueOf(pairs, "to") !== undefined;
  const shared = {
    buckets,
    daily,
    cursor,
    onCursor: setCursor,
    onZoom: (first: number, last: number) => zoomTo(rangeOf(buckets, summary, first, last)),
    onPan: (by: number) => zoomTo(panned(buckets, summary, -by)),
    onOpen: openCalls,
    quantiles: names,
  };
  const empty = (summary.calls ?? 0) === 0;

  return (
    <section class="card chart-card" aria-label="Chart of calls and errors">
      <header class="card-header">
        <div class="toolbar">
          <select
            class="input input-narrow"
            aria-label="Compare with"
            value={compare ?? ""}
            onChange={(event) => set(withValue(pairs, "compare", event.currentTarget.value || undefined))}
          >
            <option value="">No comparison</option>
            <option value="previous">Previous period</option>
            <option value="day">Day before</option>
            <option value="week">Week before</option>
          </select>
          <button
            type="button"
            class="button"
            aria-pressed={quantiles !== undefined}
            onClick={() =>
              set(withValue(pairs, "quantiles", quantiles === undefined ? QUANTILES : undefined))
            }
          >
            Latency
          </button>
          <button
            type="button"
            class="button"
            aria-pressed={table}
            onClick={() => set(withValue(pairs, "view", table ? undefined : "table"))}
          >
            <Icon name="table" />
            Table
          </button>
          {before ? (
            <button type="button" class="button" onClick={() => goBack(before.url)}>
              <Icon name="left" />
              Back to {before.label}
            </button>
          ) : null}
          {!pinned && summary.from && summary.to ? (
            <button
              type="button"
              class="button button-quiet"
              title="Replace this relative period by its present start and end"
              onClick={() => set(withPeriod(pairs, { from: summary.from!, to: summary.to! }))}
            >
              <Icon name="pin" />
              Pin
            </button>
          ) : null}
        </div>
        <Readout
          bucket={cursor === undefined ? undefined : buckets[cursor]}
          summary={summary}
          quantiles={names}
          previous={compare !== undefined}
        />
      </header>
      {empty ? (
        <Empty summary={summary} pairs={pairs} set={set} page="activity" />
      ) : table ? (
        <BucketTable buckets={buckets} summary={summary} onOpen={openCalls} />
      ) : (
        <div
          class="strips"
          tabIndex={0}
          role="application"
          aria-roledescription="chart"
          aria-label={CHART_LABEL}
          onKeyDown={onKeyDown}
        >
          <Chart {...shared} strip="calls" previous={compare !== undefined} height={240} times={false} />
          <div class="strip-title">Error rate</div>
          <Chart {...shared} strip="rate" previous={false} height={84} times={names.length === 0} />
          {names.length > 0 ? (
            <>
              <div class="strip-title">
                Latency
                {names.map((name, at) => (
                  <span key={name} class={`legend legend-latency-${at % 3}`}>
                    {quantileName(name)}
                  </span>
                ))}
              </div>
              <Chart {...shared} strip="latency" previous={false} height={120} times />
            </>
          ) : null}
        </div>
      )}
      {empty || table ? null : (
        <p class="chart-hint faint">Drag to zoom, Shift-drag to move, click a bar for its calls.</p>
      )}
    </section>
  );
}

function goBack(url: string): void {
  const { pathname, search } = new URL(url, location.origin);
  history.pushState({}, "", pathname + search);
  dispatchEvent(new PopStateEvent("popstate"));
}

/** The numbers of the bucket under the pointer; without one, the legend, so that the layout stays the same. */
function Readout({
  bucket,
  summary,
  quantiles,
  previous,
}: {
  bucket: Bucket | undefined;
  summary: Summary;
  quantiles: readonly string[];
  previous: boolean;
}) {
  if (!bucket) {
    return (
      <div class="readout" aria-live="polite">
        <span class="legend legend-calls">Calls</span>
        <span class="legend legend-errors">Errors</span>
        {previous ? <span class="legend legend-previous">{previousLabel(summary)}</span> : null}
      </div>
    );
  }
  const { weekday, day, time } = bucketTime(bucket.t);
  return (
    <div class="readout" aria-live="polite">
      <span class="readout-time">
        {weekday} {day}
        {summary.step === "1d" ? "" : ` ${time}`}
      </span>
      <span class="legend legend-calls">{count(bucket.calls)}</span>
      <span class="legend legend-errors">
        {count(bucket.errors)} ({percent(bucket.calls > 0 ? bucket.errors / bucket.calls : 0)})
      </span>
      {bucket.previous_calls === undefined ? null : (
        <span class="legend legend-previous">{count(bucket.previous_calls)}</span>
      )}
      {quantiles.map((name, at) => (
        <span key={name} class={`legend legend-latency-${at % 3}`}>
          {duration(bucket.quantiles?.[name])}
        </span>
      ))}
    </div>
  );
}

function previousLabel({ previous }: Summary): string {
  if (!previous) return "Before";
  if (previous.days_before === 1) return "Day before";
  if (previous.days_before === 7) return "Week before";
  if (previous.days_before !== undefined) return `${previous.days_before} days before`;
  return "Just before";
}
