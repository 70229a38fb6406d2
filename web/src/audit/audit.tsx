// The audit: who was shown the contents of calls, and what admins did, newest first. For admins.

import type { Summary } from "../api/answers";
import { ask } from "../api/client";
import { useAnswer } from "../api/use_answer";
import { useRefresh } from "../state/commands";
import type { Pair } from "../state/filters";
import { navigate } from "../state/navigation";
import { valueOf, withValue, type Place } from "../state/place";
import { AskedBox } from "../ui/asked";
import { auditCleared, AuditFilters } from "./audit_filters";
import { AuditTable } from "./audit_table";
import { auditRequest, type AuditRow } from "./record";

const ROWS = 100;

export function Audit({ place }: { place: Place }) {
  const { pairs } = place;
  const set = (next: Pair[]): void => navigate({ ...place, pairs: next });
  const refresh = useRefresh(pairs);
  const request = auditRequest(pairs, ROWS);
  const asked = useAnswer(
    JSON.stringify(request),
    (signal) => ask<AuditRow>("audit", request, { signal }),
    refresh,
  );
  return (
    <>
      <AuditFilters pairs={pairs} set={set} zone={asked.data?.summary.tz} />
      <main class="page" id="main">
        <h1 class="off-screen">Audit</h1>
        <AskedBox asked={asked} empty={<div class="activity-placeholder" />}>
          {({ rows, summary }) => <Records rows={rows} summary={summary} pairs={pairs} set={set} />}
        </AskedBox>
      </main>
    </>
  );
}

interface RecordsProps {
  rows: readonly AuditRow[];
  summary: Summary;
  pairs: readonly Pair[];
  set: (pairs: Pair[]) => void;
}

function Records({ rows, summary, pairs, set }: RecordsProps) {
  const older = valueOf(pairs, "cursor") !== undefined;
  if (rows.length === 0) {
    return (
      <div class="empty">
        <h2>No records</h2>
        <p>Nobody was shown the contents of calls by such a request in this period.</p>
        <button type="button" class="button" onClick={() => set(auditCleared(pairs))}>
          Show all records
        </button>
      </div>
    );
  }
  return (
    <section class="card table-card" aria-label="Records">
      <header class="card-header">
        <h2>Who was shown what</h2>
        <span class="faint">Values of filters are kept as hashes. Calls open their readers.</span>
      </header>
      <AuditTable rows={rows} zone={summary.tz ?? "UTC"} />
      {older || summary.next ? (
        <footer class="table-pages">
          {older ? (
            <button type="button" class="button" onClick={() => set(withValue(pairs, "cursor", undefined))}>
              Newest
            </button>
          ) : null}
          {summary.next ? (
            <button
              type="button"
              class="button"
              onClick={() => set(withValue(pairs, "cursor", summary.next))}
            >
              Older
            </button>
          ) : null}
        </footer>
      ) : null}
    </section>
  );
}
