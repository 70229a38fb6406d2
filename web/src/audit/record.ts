// A record of the audit, as AUDIT returns it.

import type { Pair } from "../state/filters";
import { valueOf } from "../state/place";

/** Parameters of AUDIT that the page sets, besides the period. */
export const AUDIT_WORDS = ["reader", "verb", "value", "ref"] as const;
export type AuditWord = (typeof AUDIT_WORDS)[number];

export interface AuditRow {
  ts: string;
  /** The records of one answer share it. */
  request: string;
  reader: string;
  /** Empty on the unix socket. */
  peer: string;
  verb: string;
  /** Whom a request of an admin is about. */
  subject?: string;
  /** What it does with that person. */
  do?: string;
  rights?: string[];
  /** Hashes of the ID that SHOW or JOB was given. */
  id?: string[];
  /** Names of filters, with their operators, and hashes of their values. */
  filters?: Record<string, string[]>;
  bytes: number;
  refs?: string[];
}

/** What a request was about, in words. Values are hashes, which say nothing to a reader. */
export function aboutOf(row: AuditRow): string {
  const rights = row.rights ? `for ${row.rights.join(", ")}` : "";
  const admin = [row.do, row.subject, rights].filter(Boolean).join(" ");
  const filters = [...(row.id ? ["an ID"] : []), ...Object.keys(row.filters ?? {})];
  return admin || (filters.length > 0 ? `by ${filters.join(", ")}` : "");
}

/** The request for a page of records. Without a period in the URL, all records are wanted. */
export function auditRequest(pairs: readonly Pair[], limit: number): Pair[] {
  const names = [...AUDIT_WORDS, "date", "from", "to", "tz", "cursor"];
  const given = names.flatMap((name): Pair[] => {
    const value = valueOf(pairs, name);
    return value === undefined ? [] : [[name, value]];
  });
  return [["limit", String(limit)], ...given];
}
