// What a summary says about its answer, in plain words.

import type { Summary } from "../api/answers";
import { count, localTime, plural } from "../format/text";

export interface Note {
  key: string;
  severity: "warning" | "info";
  text: string;
}

/** `kind`: whether the answer is counts or calls. Calls that were dropped matter to the second only. */
export function notesOf(summary: Summary, kind: "counts" | "calls"): Note[] {
  const notes: Note[] = [];
  const zone = summary.tz ?? "UTC";
  const add = (key: string, severity: Note["severity"], text: string): void =>
    void notes.push({ key, severity, text });
  const dropped = summary.retained_from !== undefined;
  if (summary.damaged) {
    const parts = plural(summary.damaged, "block or file", "blocks or files");
    add("damaged", "warning", `Incomplete: ${parts} could not be read or went missing.`);
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
      `${plural(summary.values_past_cap, "call")} had values beyond the number that is counted by name. ` +
        `Those are counted together as “(other)”.` +
        (unknown ? " Whether they match these filters isn’t known, so the counts may be too low." : ""),
    );
  }
  if (summary.complete === false && notes.length === 0) {
    add("incomplete", "warning", "Incomplete: part of what this asks for is missing.");
  }
  if (summary.rounded) {
    add(
      "rounded",
      "info",
      "Of days whose calls were dropped, there are counts by quarter hour. " +
        "An edge of this period was moved outward to the next quarter hour.",
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
      `Left out: ${lines} of this period that ${one ? "isn’t a valid call" : "aren’t valid calls"}.`,
    );
  }
  if (summary.previous?.complete === false) {
    add("previous", "info", "The period that this is compared with is incomplete.");
  }
  return notes;
}
