// Who was shown the contents of a call, from the audit. For admins.

import { Peer } from "../audit/audit_table";
import type { AuditRow } from "../audit/record";
import type { CallRow } from "../api/answers";
import { ask } from "../api/client";
import { useAnswer } from "../api/use_answer";
import { dateTime } from "../format/text";
import type { Pair } from "../state/filters";
import { AskedBox } from "../ui/asked";
import { DataTable } from "../ui/data_table";
import { SafeText } from "../ui/safe_text";

const ROWS = 200;

export function Readers({ row, zone }: { row: CallRow; zone: string }) {
  const request: Pair[] = [
    ["ref", row.ref],
    ["limit", String(ROWS)],
  ];
  const asked = useAnswer(JSON.stringify(request), (signal) => ask<AuditRow>("audit", request, { signal }));
  return (
    <AskedBox asked={asked} empty={<div class="list-placeholder" />}>
      {({ rows, summary }) =>
        rows.length === 0 ? (
          <p class="faint beside-head">Nobody has been shown the contents of this call.</p>
        ) : (
          <>
            {summary.next ? (
              <p class="faint beside-head">The newest {rows.length} records are shown.</p>
            ) : null}
            <DataTable
              label="Readers of this call"
              class="groups"
              headings={["Time", "Reader", "Address", "Request"]}
            >
              {rows.map((record) => (
                <tr key={record.ts}>
                  <td class="nowrap">{dateTime(record.ts, zone)}</td>
                  <td class="wide">
                    <SafeText text={record.reader} />
                  </td>
                  <td class="mono">
                    <Peer peer={record.peer} />
                  </td>
                  <td>{record.verb}</td>
                </tr>
              ))}
            </DataTable>
          </>
        )
      }
    </AskedBox>
  );
}
