// The endpoints or accounts with the most calls, or the most errors.

import type { TopRow } from "../api/answers";
import { ask, type Answer } from "../api/client";
import { useAnswer } from "../api/use_answer";
import { compact, count, percent } from "../format/text";
import { exactly, type Pair } from "../state/filters";
import { scopeOf, urlOf, valueOf, withFilter, withValue } from "../state/place";
import { follow } from "../state/navigation";
import { AskedBox } from "../ui/asked";
import { SafeText } from "../ui/safe_text";

const ROWS = 8;

export interface TopListProps {
  by: string;
  title: string;
  pairs: readonly Pair[];
  set: (pairs: Pair[]) => void;
  refresh: number;
}

export function TopList(props: TopListProps) {
  const sort = valueOf(props.pairs, "sort") === "errors" ? "errors" : "calls";
  const request: Pair[] = [["by", props.by], ["n", String(ROWS)], ["sort", sort], ...scopeOf(props.pairs)];
  const asked = useAnswer(
    JSON.stringify(request),
    (signal) => ask<TopRow>("top", request, { signal }),
    props.refresh,
  );
  return (
    <section class="card list-card" aria-label={props.title}>
      <header class="card-header">
        <h2>{props.title}</h2>
        <div class="segments" role="group" aria-label="Sort by">
          {(["calls", "errors"] as const).map((each) => (
            <button
              key={each}
              type="button"
              aria-pressed={sort === each}
              onClick={() => props.set(withValue(props.pairs, "sort", each === "errors" ? each : undefined))}
            >
              {each === "calls" ? "Calls" : "Errors"}
            </button>
          ))}
        </div>
      </header>
      <AskedBox asked={asked} empty={<div class="list-placeholder" />}>
        {(answer) => <Rows answer={answer} by={props.by} sort={sort} pairs={props.pairs} />}
      </AskedBox>
    </section>
  );
}

function Rows({
  answer,
  by,
  sort,
  pairs,
}: {
  answer: Answer<TopRow>;
  by: string;
  sort: "calls" | "errors";
  pairs: readonly Pair[];
}) {
  if (answer.rows.length === 0) return <p class="list-empty faint">No Data Available</p>;
  const most = Math.max(...answer.rows.map((row) => row[sort]), 1);
  const more = (answer.summary.values ?? 0) - answer.rows.length;
  return (
    <>
      <ol class="top-list">
        {answer.rows.map((row) => {
          const value = row[by] as string | null;
          const place = {
            page: "activity" as const,
            subject: "",
            pairs: withFilter(pairs, { name: by, op: "=", values: [exactly(String(value ?? ""))] }),
          };
          const name = value === null ? <em>none</em> : <SafeText text={String(value)} />;
          return (
            <li key={String(value)} class="top-row">
              <span class="top-bar" style={{ width: `${(row[sort] / most) * 100}%` }} />
              {row.past_cap ? (
                <span class="top-name" title="All values beyond the limit of names">
                  (other)
                </span>
              ) : (
                <a class="top-name" href={urlOf(place)} onClick={(event) => follow(event, place)}>
                  {name}
                  {row.account_name ? <span class="faint"> {row.account_name}</span> : null}
                </a>
              )}
              <span class="number" title={`${count(row.calls)} calls`}>
                {compact(row.calls)}
              </span>
              <span
                class={`number top-rate ${row.errors > 0 ? "" : "faint"}`}
                title={`${count(row.errors)} errors`}
              >
                {sort === "errors" ? compact(row.errors) : percent(row.error_rate)}
              </span>
            </li>
          );
        })}
      </ol>
      {more > 0 ? <p class="list-more faint">and {count(more)} more</p> : null}
    </>
  );
}
