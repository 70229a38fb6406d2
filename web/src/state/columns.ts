// The columns of the log table, as the URL has them: `columns=ts,status,/response/body/code:240`.

import { joinValues, splitValues } from "./filters";

export interface Column {
  /** A field, a kind of ID, or a JSON pointer. */
  name: string;
  /** Pixels, or undefined for the usual width. */
  width?: number | undefined;
}

export const DEFAULT_COLUMNS: readonly string[] = [
  "ts",
  "status",
  "method",
  "endpoint",
  "account",
  "duration_ms",
];
const MIN_WIDTH = 48;
const MAX_WIDTH = 1200;

export function parseColumns(text: string | undefined): Column[] {
  if (text === undefined) return DEFAULT_COLUMNS.map((name) => ({ name }));
  const seen = new Set<string>();
  const columns: Column[] = [];
  for (const value of splitValues(text)) {
    const [, name = value, width] = /^(.*):(\d{1,4})$/s.exec(value) ?? [];
    if (name === "" || seen.has(name)) continue;
    seen.add(name);
    columns.push({ name, width: width === undefined ? undefined : clampWidth(Number(width)) });
  }
  return columns;
}

export function clampWidth(width: number): number {
  return Math.round(Math.min(MAX_WIDTH, Math.max(MIN_WIDTH, width)));
}

/** The parameter's value; undefined if these are the default columns. */
export function columnsText(columns: readonly Column[]): string | undefined {
  const isDefault =
    columns.length === DEFAULT_COLUMNS.length &&
    columns.every((column, at) => column.name === DEFAULT_COLUMNS[at] && column.width === undefined);
  if (isDefault) return undefined;
  return joinValues(
    columns.map(({ name, width }) =>
      // A name that ends like a width gets a width, so that parsing restores the name.
      width === undefined && !/:\d{1,4}$/s.test(name) ? name : `${name}:${width ?? 200}`,
    ),
  );
}

export function isPointer(name: string): boolean {
  return name.startsWith("/");
}

/** The columns that are valid JSON pointers: the daemon rejects others. */
export function pointersOf(columns: readonly Column[]): string[] {
  return columns.map((column) => column.name).filter((name) => /^(?:\/(?:[^~/]|~[01])*)+$/.test(name));
}
