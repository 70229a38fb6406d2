// The calls that a pasted text is about: each of its words is tried as an ID.

import type { CallRow } from "../api/answers";
import { ask } from "../api/client";
import { useAnswer } from "../api/use_answer";
import { count, dateTime, duration } from "../format/text";
import { filterOn } from "../filters/more_filter";
import { pairOf, type Pair } from "../state/filters";
import { follow, navigate } from "../state/navigation";
import { urlOf, valueOf, type Place } from "../state/place";
import { AskedBox } from "../ui/asked";
import { DataTable, numbers } from "../ui/data_table";
import { SafeText } from "../ui/safe_text";
import { StatusBadge } from "../ui/status";

/** The characters of a pasted text that are searched, so that the request stays within the daemon's limit. */
export const MOST_PASTED = 6000;

export function Find({ place }: { place: Place }) {
  const text = valueOf(place.pairs, "find") ?? "";
  const zone = valueOf(place.pairs, "tz") ?? "UTC";
  const request: Pair[] = [
    ["text", JSON.stringify(text)],
    ["limit", "50"],
  ];
  const asked = useAnswer(text, (signal) => ask<CallRow>("find", request, { signal }));
  const asText: Place = {
    page: "logs",
    subject: "",
    pairs: [pairOf(filterOn("text", text.trim().slice(0, 1000))), ["date", "all"]],
  };
  return (
    <main class="page" id="main">
      <h1 class="off-screen">Found</h1>
      <AskedBox asked={asked} empty={<div class="activity-placeholder" />}>
        {({ rows, summary }) =>
          rows.length === 0 ? (
            <div class="empty">
              <h2>No ID in this text is known</h2>
              <p>{count(summary.tried ?? 0)} words were compared with the IDs of all kept calls.</p>
              <a
                class="button button-primary"
                href={urlOf(asText)}
                onClick={(event) => follow(event, asText)}
              >
                Search for the text in calls
              </a>
            </div>
          ) : (
            <section class="card table-card" aria-label="Calls found">
              <header class="card-header">
                <h2>
                  {count(summary.calls ?? rows.length)}
                  {summary.more ? "+" : ""} {summary.calls === 1 ? "call" : "calls"}
                </h2>
                <ul class="tokens">
                  {(summary.tokens ?? []).map((token) => {
                    const to: Place = {
                      page: "logs",
                      subject: "",
                      pairs: [pairOf(filterOn("id", token.token)), ["date", "all"]],
                    };
                    return (
                      <li key={`${token.kind}:${token.token}`}>
                        <a href={urlOf(to)} onClick={(event) => follow(event, to)}>
                          <span class="chip-name">{token.kind}</span>{" "}
                          <span class="mono">
                            <SafeText text={token.token} />
                          </span>{" "}
                          <span class="faint">{count(token.calls)}</span>
                        </a>
                      </li>
                    );
                  })}
                </ul>
              </header>
              <DataTable
                label="Calls found, table"
                class="groups"
                headings={[
                  "Date",
                  "Status",
                  "Method",
                  "Endpoint",
                  "Account",
                  "Matched",
                  ...numbers("Duration"),
                ]}
              >
                {rows.map((row) => {
                  const call: Place = { page: "call", subject: row.ref, pairs: [] };
                  return (
                    <tr key={row.ref}>
                      <td class="nowrap">
                        <a href={urlOf(call)} onClick={(event) => follow(event, call)}>
                          {dateTime(row.ts, zone)}
                        </a>
                      </td>
                      <td>
                        <StatusBadge status={row.status} />
                      </td>
                      <td>{row.method}</td>
                      <td class="mono wide">
                        <SafeText text={row.endpoint ?? "–"} />
                      </td>
                      <td>
                        <SafeText text={row.account ?? "–"} />
                      </td>
                      <td>{(row.matched ?? []).map((match) => match.kind).join(", ")}</td>
                      <td class="number">{duration(row.duration_ms)}</td>
                    </tr>
                  );
                })}
              </DataTable>
            </section>
          )
        }
      </AskedBox>
    </main>
  );
}

/** Opens a pasted link to this page; searches for any other text. */
export function goFind(text: string): void {
  const pasted = text.trim();
  if (pasted === "") return;
  const own = pasted.startsWith(`${location.origin}/`) ? new URL(pasted) : undefined;
  if (own && !own.pathname.startsWith("/api/")) {
    history.pushState({}, "", own.pathname + own.search);
    dispatchEvent(new PopStateEvent("popstate"));
    return;
  }
  navigate({ page: "logs", subject: "", pairs: [["find", pasted.slice(0, MOST_PASTED)]] });
}
