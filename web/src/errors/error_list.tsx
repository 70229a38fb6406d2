// The largest groups of failed calls, by endpoint, status and error code.

import type { ErrorGroup } from "../api/answers";
import { ask } from "../api/client";
import { useAnswer } from "../api/use_answer";
import { ago, compact, count, plural } from "../format/text";
import { exactly, type Pair } from "../state/filters";
import { scopeOf, urlOf, withFilter, type Place } from "../state/place";
import { follow } from "../state/navigation";
import { AskedBox } from "../ui/asked";
import { SafeText } from "../ui/safe_text";
import { StatusBadge } from "../ui/status";

const ROWS = 8;

/** The place that shows a group's calls. */
export function callsOf(group: ErrorGroup, pairs: readonly Pair[]): Place {
  let next = scopeOf(pairs);
  next = withFilter(next, { name: "endpoint", op: "=", values: [exactly(group.endpoint ?? "")] });
  next = withFilter(next, { name: "status", op: "=", values: [String(group.status ?? "none")] });
  if (group.code !== null) next = withFilter(next, { name: "code", op: "=", values: [exactly(group.code)] });
  return { page: "logs", subject: "", pairs: next };
}

export function ErrorList({ pairs, refresh }: { pairs: readonly Pair[]; refresh: number }) {
  const request: Pair[] = [["n", String(ROWS)], ...scopeOf(pairs)];
  const asked = useAnswer(
    JSON.stringify(request),
    (signal) => ask<ErrorGroup>("errors", request, { signal }),
    refresh,
  );
  const all: Place = { page: "errors", subject: "", pairs: scopeOf(pairs) };
  return (
    <section class="card list-card" aria-label="Errors">
      <header class="card-header">
        <h2>Errors</h2>
        <a href={urlOf(all)} onClick={(event) => follow(event, all)}>
          All
        </a>
      </header>
      <AskedBox asked={asked} empty={<div class="list-placeholder" />}>
        {({ rows, summary }) =>
          rows.length === 0 ? (
            <p class="list-empty faint">No errors in this period</p>
          ) : (
            <>
              <ol class="top-list">
                {rows.map((group) => {
                  const place = callsOf(group, pairs);
                  return (
                    <li key={`${group.endpoint}\0${group.status}\0${group.code}`} class="error-row">
                      <StatusBadge status={group.status} />
                      <a class="error-name" href={urlOf(place)} onClick={(event) => follow(event, place)}>
                        <span class="error-code">
                          <SafeText text={group.code ?? group.endpoint ?? "no endpoint"} />
                        </span>
                        <span class="error-where faint">
                          {group.code !== null ? (
                            <SafeText text={`${group.endpoint ?? "no endpoint"} · `} />
                          ) : null}
                          {plural(group.accounts, "account")} · {ago(group.last)}
                        </span>
                      </a>
                      <span class="number" title={`${count(group.calls)} calls`}>
                        {compact(group.calls)}
                      </span>
                    </li>
                  );
                })}
              </ol>
              {(summary.groups ?? 0) > rows.length ? (
                <p class="list-more faint">and {count(summary.groups! - rows.length)} more</p>
              ) : null}
            </>
          )
        }
      </AskedBox>
    </section>
  );
}
