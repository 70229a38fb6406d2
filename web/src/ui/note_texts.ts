// The notes of an answer: which data is missing or inexact, according to its summary.

import type { Summary } from "../api/answers";
import { count, localTime, plural } from "../format/text";

export interface Note {
  key: string;
  severity: "warning" | "info";
  text: string;
}

/** `kind`: what the answer consists of. */
export function notesOf(summary: Summary, kind: "counts" | "calls"): Note[] {
  const notes: Note[] = [];
  const zone = summary.tz ?? "UTC";
  const add = (key: string, severity: Note["severity"], text: string): void =>
    void notes.push({ key, severity, text });
  const dropped = summary.retained_from !== undefined;
  if (summary.damaged) {
    const parts = plural(summary.damaged, "block or file", "blocks or files");
    add("damaged", "warning", `Incomplete: ${parts} could not be read or are missing.`);
  }
  if (dropped && summary.complete === false) {
    const { date } = localTime(summary.retained_from!, zone);
    const what =
      kind === "calls"
        ? "Earlier calls of this period were dropped; their counts stay in Activity."
        : "These filters need whole calls, so earlier calls of this period aren’t counted.";
    add("retained", "warning", `Whole calls are kept from ${date} on. ${what}`);
  }
  if (summary.values_past_cap) {
    const unknown = summary.complete === false;
    add(
      "cap",
      unknown ? "warning" : "info",
      `${plural(summary.values_past_cap, "call")} with values beyond the limit of names: ` +
        `they are counted together as “(other)”.` +
        (unknown ? " They may match these filters, so the counts may be too low." : ""),
    );
  }
  if (summary.complete === false && notes.length === 0) {
    add("incomplete", "warning", "Incomplete: part of the requested data is missing.");
  }
  if (summary.rounded) {
    add(
      "rounded",
      "info",
      "Days whose calls were dropped have counts by quarter hour. " +
        "This period was extended to the next quarter hour.",
    );
  }
  if (summary.late) {
    const were =
      summary.late === 1 ? "call is counted but not kept: it" : "calls are counted but not kept: they";
    add("late", "info", `${count(summary.late)} ${were} arrived after the day had been dropped.`);
  }
  if (summary.rejected) {
    const one = summary.rejected === 1;
    const lines = plural(summary.rejected, "line");
    add(
      "rejected",
      "info",
      `Not included: ${lines} of this period that ${one ? "isn’t a valid call" : "aren’t valid calls"}.`,
    );
  }
  if (summary.previous?.complete === false) {
    add("previous", "info", "The compared period is incomplete.");
  }
  return notes;
}
