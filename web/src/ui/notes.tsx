// Shows the notes of an answer.

import type { Summary } from "../api/answers";
import { Icon } from "./icons";
import { notesOf } from "./note_texts";

export function Notes({ summary, kind }: { summary: Summary | undefined; kind: "counts" | "calls" }) {
  if (!summary) return null;
  const notes = notesOf(summary, kind);
  if (notes.length === 0) return null;
  return (
    <ul class="notes" aria-label="About this answer">
      {notes.map((note) => (
        <li key={note.key} class={`note note-${note.severity}`}>
          <Icon name={note.severity === "warning" ? "warning" : "help"} />
          <span>{note.text}</span>
        </li>
      ))}
    </ul>
  );
}
