// All groups of failed calls of a period, with their accounts and the times of the first and the newest call.

import type { ErrorGroup, Summary } from "../api/answers";
import { ask } from "../api/client";
import { useAnswer } from "../api/use_answer";
import { FilterBar } from "../filters/filter_bar";
import { count, dateTime } from "../format/text";
import type { Pair } from "../state/filters";
import { useRefresh } from "../state/commands";
import { follow, navigate } from "../state/navigation";
import { scopeOf, urlOf, valueOf, type Place } from "../state/place";
import { AskedBox } from "../ui/asked";
import { Empty } from "../ui/empty";
import { Notes } from "../ui/notes";
import { DataTable, numbers } from "../ui/data_table";
import { SafeText } from "../ui/safe_text";
import { StatusBadge } from "../ui/status";
import { callsOf } from "./error_list";

const GROUPS = 200;

export function Errors({ place }: { place: Place }) {
  const { pairs } = place;
  const set = (next: Pair[]): void => navigate({ ...place, pairs: next });
  const refresh = useRefresh(pairs);
  const compare = valueOf(pairs, "compare") ?? "previous";
  const request: Pair[] = [["n", String(GROUPS)], ["compare", compare], ...scopeOf(pairs)];
  const asked = useAnswer(
    JSON.stringify(request),
    (signal) => ask<ErrorGroup>("errors", request, { signal }),
    refresh,
  );
  return (
    <>
      <FilterBar pairs={pairs} set={set} zone={asked.data?.summary.tz} />
      <main class="page" id="main">
        <h1 class="off-screen">Errors</h1>
        <AskedBox asked={asked} empty={<div class="activity-placeholder" />}>
          {({ rows, summary }) => (
            <>
              <Notes summary={summary} kind="counts" />
              {rows.length === 0 ? (
                <Empty summary={summary} pairs={pairs} set={set} page="errors" />
              ) : (
                <Groups rows={rows} summary={summary} pairs={pairs} />
              )}
            </>
          )}
        </AskedBox>
      </main>
    </>
  );
}

/** Leads to the newest call of a group, if it is kept. */
function Newest({ group, zone }: { group: ErrorGroup; zone: string }) {
  const time = dateTime(group.last, zone);
  if (group.ref === null) return <>{time}</>;
  const newest: Place = { page: "call", subject: group.ref, pairs: [] };
  return (
    <a href={urlOf(newest)} onClick={(event) => follow(event, newest)}>
      {time}
    </a>
  );
}

function Groups({
  rows,
  summary,
  pairs,
}: {
  rows: readonly ErrorGroup[];
  summary: Summary;
  pairs: readonly Pair[];
}) {
  const zone = summary.tz ?? "UTC";
  const groups = summary.groups ?? rows.length;
  return (
    <section class="card table-card" aria-label="Error groups">
      <header class="card-header">
        <h2>
          {count(summary.errors ?? 0)} errors in {count(groups)} groups
        </h2>
        {groups > rows.length ? <span class="faint">the {rows.length} largest are shown</span> : null}
      </header>
      <DataTable
        label="Error groups, table"
        class="groups error-groups"
        headings={[
          "Status",
          "Code",
          "Endpoint",
          ...numbers("Calls", "Before", "Accounts"),
          "First",
          "Newest",
          "Since",
        ]}
      >
        {rows.map((group) => {
          const calls = callsOf(group, pairs);
          return (
            <tr key={`${group.endpoint}\0${group.status}\0${group.code}`}>
              <td>
                <StatusBadge status={group.status} />
              </td>
              <td class="mono">
                {group.code === null ? <span class="faint">–</span> : <SafeText text={group.code} />}
              </td>
              <td class="mono wide">
                <SafeText text={group.endpoint ?? "–"} />
              </td>
              <td class="number" data-unit="calls">
                <a href={urlOf(calls)} onClick={(event) => follow(event, calls)}>
                  {count(group.calls)}
                </a>
              </td>
              <td class="number faint" data-unit={group.previous_calls ? "before" : undefined}>
                {group.previous_calls ? count(group.previous_calls) : <span class="new">new</span>}
              </td>
              <td class="number" data-unit={group.accounts === 1 ? "account" : "accounts"}>
                {count(group.accounts)}
              </td>
              <td class="nowrap">{dateTime(group.first, zone)}</td>
              <td class="nowrap">
                <Newest group={group} zone={zone} />
              </td>
              <td class="nowrap faint" title="The first such call of all times">
                {group.first_ever === undefined ? "–" : dateTime(group.first_ever, zone)}
              </td>
            </tr>
          );
        })}
      </DataTable>
    </section>
  );
}
