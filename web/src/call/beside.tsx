// Calls related to a call: those of its account around it, those of its job, and similar successful ones.

import type { CallRow } from "../api/answers";
import { ask } from "../api/client";
import { useAnswer } from "../api/use_answer";
import { count, dateTime, duration, localTime, plural } from "../format/text";
import { keyText, memberText, parseJson, rawText } from "../json/tokenizer";
import { exactly, quoteIfNeeded, type Pair } from "../state/filters";
import { follow } from "../state/navigation";
import { urlOf, type Place } from "../state/place";
import { AskedBox } from "../ui/asked";
import { DataTable } from "../ui/data_table";
import { SafeText } from "../ui/safe_text";
import { StatusBadge } from "../ui/status";

const AROUND_MS = 5 * 60_000;
const ROWS = 100;

function callPlace(reference: string): Place {
  return { page: "call", subject: reference, pairs: [] };
}

function CallList({
  rows,
  zone,
  current,
  stages,
}: {
  rows: readonly CallRow[];
  zone: string;
  current: string;
  stages?: boolean;
}) {
  return (
    <ol class="call-list">
      {rows.map((row) => {
        const { time, fraction } = localTime(row.ts, zone);
        const place = callPlace(row.ref);
        return (
          <li
            key={row.ref}
            class={row.ref === current ? "is-current" : ""}
            aria-current={row.ref === current ? "true" : undefined}
          >
            <a href={urlOf(place)} onClick={(event) => follow(event, place)}>
              <span class="mono nowrap">
                {time}
                <span class="faint">{fraction}</span>
              </span>
              <StatusBadge status={row.status} />
              <span class="method">{row.method ?? "–"}</span>
              <span class="call-list-name">
                <SafeText text={row.endpoint ?? row.path ?? "–"} />
              </span>
              {stages ? <span class="stage">{row.stage}</span> : null}
              <span class="number">{duration(row.duration_ms)}</span>
            </a>
          </li>
        );
      })}
    </ol>
  );
}

export function AroundCall({ row, zone }: { row: CallRow; zone: string }) {
  const at = Date.parse(row.ts);
  const pairs: Pair[] = [
    ["account", row.account === null ? '""' : quoteIfNeeded(exactly(row.account))],
    ["from", new Date(at - AROUND_MS).toISOString()],
    ["to", new Date(at + AROUND_MS).toISOString()],
  ];
  const request: Pair[] = [...pairs, ["limit", String(ROWS)]];
  const asked = useAnswer(JSON.stringify(request), (signal) => ask<CallRow>("logs", request, { signal }));
  const place: Place = { page: "logs", subject: "", pairs: [...pairs, ["call", row.ref]] };
  return (
    <AskedBox asked={asked} empty={<div class="list-placeholder" />}>
      {({ rows, summary }) => (
        <>
          <p class="faint beside-head">
            {count(rows.length)}
            {summary.next ? "+" : ""} {rows.length === 1 ? "call" : "calls"} of{" "}
            {row.account === null ? "no account" : <SafeText text={row.account} />} within 5 minutes.{" "}
            <a href={urlOf(place)} onClick={(event) => follow(event, place)}>
              Open in Logs
            </a>
          </p>
          <CallList rows={rows} zone={zone} current={row.ref} />
        </>
      )}
    </AskedBox>
  );
}

export function JobLife({ job, row, zone }: { job: string; row: CallRow; zone: string }) {
  const asked = useAnswer(job, (signal) =>
    ask<CallRow>(`job/${encodeURIComponent(job)}`, [["limit", String(ROWS)]], { signal }),
  );
  return (
    <AskedBox asked={asked} empty={<div class="list-placeholder" />}>
      {({ rows, summary }) => {
        const [first, last] = [rows[0], rows.at(-1)];
        const took = first && last ? Date.parse(last.ts) - Date.parse(first.ts) : 0;
        return (
          <>
            <p class="faint beside-head">
              Job{" "}
              <span class="mono">
                <SafeText text={job} />
              </span>
              : {plural(summary.calls ?? rows.length, "call")}
              {rows.length > 1 ? ` in ${duration(took)}` : ""}
              {summary.errors ? `, ${count(summary.errors)} failed` : ""}
              {first && first.stage !== "submission" ? ". Its submission isn’t kept" : ""}.
            </p>
            <CallList rows={rows} zone={zone} current={row.ref} stages />
            {summary.more ? <p class="faint">There are more.</p> : null}
          </>
        );
      }}
    </AskedBox>
  );
}

interface TwinRow extends CallRow {
  diff_more?: number;
}

interface TwinDifference {
  pointer: string;
  here: string | undefined;
  there: string | undefined;
  /** Whether successful calls differ there among themselves. */
  varies: boolean;
}

/** The differences that the daemon found, each value as its line has it. */
function differencesOf(text: string): TwinDifference[] {
  const tree = parseJson(memberText(text, "diff") ?? "[]");
  return tree.root.children.map((child) => {
    const parts = new Map(child.children.map((part) => [keyText(tree, part), rawText(tree, part)]));
    return {
      pointer: JSON.parse(parts.get("pointer") ?? '""') as string,
      here: parts.get("this"),
      there: parts.get("twin"),
      varies: parts.get("varies") === "true",
    };
  });
}

export function Twin({ row, zone }: { row: CallRow; zone: string }) {
  const asked = useAnswer(row.ref, (signal) =>
    ask<TwinRow>(`calls/${encodeURIComponent(row.ref)}/twin`, [], { signal, texts: true }),
  );
  return (
    <AskedBox asked={asked} empty={<div class="list-placeholder" />}>
      {({ rows, texts }) =>
        rows.length === 0 ? (
          <p class="faint beside-head">
            No successful call of {row.account === null ? "the same client" : <SafeText text={row.account} />}{" "}
            to <SafeText text={row.endpoint ?? "this endpoint"} /> is kept.
          </p>
        ) : (
          <>
            {rows.map((twin, at) => (
              <TwinTable key={twin.ref} twin={twin} text={texts[at]!} zone={zone} here={row} />
            ))}
          </>
        )
      }
    </AskedBox>
  );
}

function TwinTable({ twin, text, zone, here }: { twin: TwinRow; text: string; zone: string; here: CallRow }) {
  const found = differencesOf(text);
  const telling = found.filter((difference) => !difference.varies);
  const varying = found.filter((difference) => difference.varies);
  const place = callPlace(twin.ref);
  const table = (rows: readonly TwinDifference[], label: string) => (
    <DataTable
      label={label}
      class="differences"
      headings={["Where", `This call (${here.status ?? "–"})`, `Successful call (${twin.status ?? "–"})`]}
    >
      {rows.map(({ pointer, here: mine, there }) => (
        <tr key={pointer}>
          <th scope="row" class="mono">
            <SafeText text={pointer} />
          </th>
          <td class="mono difference-here">
            <Side text={mine} />
          </td>
          <td class="mono difference-there">
            <Side text={there} />
          </td>
        </tr>
      ))}
    </DataTable>
  );
  return (
    <section class="twin">
      <p class="beside-head">
        {twin.side === "after" ? "The next successful call" : "The last successful call before it"}:{" "}
        <a href={urlOf(place)} onClick={(event) => follow(event, place)}>
          {dateTime(twin.ts, zone)}
        </a>{" "}
        <StatusBadge status={twin.status} />
      </p>
      {found.length === 0 ? (
        <p class="faint">The lines differ only in times and IDs.</p>
      ) : telling.length > 0 ? (
        table(telling, "Differences")
      ) : (
        <p class="faint">Successful calls differ from each other in the same places.</p>
      )}
      {varying.length > 0 ? (
        <details class="varying">
          <summary>{plural(varying.length, "difference")} that successful calls have too</summary>
          {table(varying, "Differences that successful calls have too")}
        </details>
      ) : null}
      {twin.diff_more ? <p class="faint">{plural(twin.diff_more, "more difference")}</p> : null}
    </section>
  );
}

const MOST = 600;

function Side({ text }: { text: string | undefined }) {
  if (text === undefined) return <em class="faint">absent</em>;
  return <SafeText text={text.length > MOST ? `${text.slice(0, MOST)}…` : text} />;
}
