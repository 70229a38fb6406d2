// Records of the audit as a table.

import { count, dateTime } from "../format/text";
import { follow } from "../state/navigation";
import { urlOf, type Place } from "../state/place";
import { DataTable, numbers } from "../ui/data_table";
import { SafeText } from "../ui/safe_text";
import { aboutOf, type AuditRow } from "./record";

/** The calls of a record that are linked; the others are counted. */
const LINKS = 3;

export function AuditTable({ rows, zone }: { rows: readonly AuditRow[]; zone: string }) {
  return (
    <DataTable
      label="Records, table"
      class="groups audit-records"
      headings={["Time", "Reader", "Address", "Request", "About", "Calls shown", ...numbers("Bytes")]}
    >
      {rows.map((row) => (
        <tr key={row.ts}>
          <td class="nowrap">{dateTime(row.ts, zone)}</td>
          <td>
            <SafeText text={row.reader} />
          </td>
          <td class="mono">
            <Peer peer={row.peer} />
          </td>
          <td>{row.verb}</td>
          <td class="wide">
            <SafeText text={aboutOf(row)} />
          </td>
          <td>
            <Calls refs={row.refs ?? []} />
          </td>
          <td class="number" data-unit="bytes">
            {count(row.bytes)}
          </td>
        </tr>
      ))}
    </DataTable>
  );
}

export function Peer({ peer }: { peer: string }) {
  return peer === "" ? <>this host</> : <SafeText text={peer} />;
}

function Calls({ refs }: { refs: readonly string[] }) {
  if (refs.length === 0) return <span class="faint">none</span>;
  return (
    <>
      {refs.slice(0, LINKS).map((ref) => {
        const call: Place = { page: "call", subject: ref, pairs: [["view", "readers"]] };
        return (
          <a key={ref} class="mono audit-call" href={urlOf(call)} onClick={(event) => follow(event, call)}>
            {ref}
          </a>
        );
      })}
      {refs.length > LINKS ? <span class="faint">and {count(refs.length - LINKS)} more</span> : null}
    </>
  );
}
