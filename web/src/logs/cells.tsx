// The columns of the log table, and their cells.

import type { ComponentChildren } from "preact";
import type { CallRow } from "../api/answers";
import { duration, kindLabel, localTime } from "../format/text";
import { isPointer } from "../state/columns";
import { SafeText } from "../ui/safe_text";
import { StatusBadge } from "../ui/status";

export interface ColumnKind {
  label: string;
  /** Pixels; the least if the column grows. */
  width: number;
  grows?: boolean;
  number?: boolean;
}

/** Fields. Other columns are kinds of ID and JSON pointers. */
export const FIELDS: Record<string, ColumnKind> = {
  ts: { label: "Date", width: 168 },
  status: { label: "Status", width: 76 },
  method: { label: "Method", width: 76 },
  endpoint: { label: "Endpoint", width: 220, grows: true },
  path: { label: "Path", width: 240, grows: true },
  account: { label: "Account", width: 128 },
  duration_ms: { label: "Duration", width: 84, number: true },
  revision: { label: "Revision", width: 104 },
  call_id: { label: "Call ID", width: 300 },
  source: { label: "Source", width: 104 },
  ref: { label: "Ref", width: 140 },
};

/** Of a kind of ID. */
const ID_WIDTH = 260;
/** The characters of a long value that its cell shows. */
const MOST_TEXT = 400;

export function kindOf(name: string): ColumnKind {
  return (
    FIELDS[name] ?? {
      label: isPointer(name) ? name : kindLabel(name),
      width: isPointer(name) ? 200 : ID_WIDTH,
    }
  );
}

export function plainCell(
  row: CallRow,
  name: string,
  values: ReadonlyMap<string, string> | undefined,
): string | null {
  if (isPointer(name)) return values?.get(name) ?? null;
  if (name in row) {
    const value = (row as unknown as Record<string, unknown>)[name];
    return value === null || value === undefined ? null : String(value);
  }
  return row.ids[name]?.join(", ") ?? null;
}

export function Cell(props: {
  row: CallRow;
  name: string;
  zone: string;
  values: ReadonlyMap<string, string> | undefined;
}): ComponentChildren {
  const { row, name, zone } = props;
  if (name === "ts") {
    const { day, time, fraction } = localTime(row.ts, zone);
    return (
      <>
        <span class="cell-day">{day}</span> {time}
        <span class="faint">{fraction}</span>
      </>
    );
  }
  if (name === "status") return <StatusBadge status={row.status} />;
  if (name === "duration_ms") return <>{duration(row.duration_ms)}</>;
  if (name === "method")
    return <span class="method">{row.method === null ? "–" : <SafeText text={row.method} />}</span>;
  const text = plainCell(row, name, props.values);
  if (text === null) return <span class="faint">–</span>;
  const shown = <SafeText text={text.length > MOST_TEXT ? `${text.slice(0, MOST_TEXT)}…` : text} />;
  if (name === "account" && row.account_name) {
    return (
      <span title={row.account_name}>
        {shown}{" "}
        <span class="faint">
          <SafeText text={row.account_name} />
        </span>
      </span>
    );
  }
  return shown;
}
