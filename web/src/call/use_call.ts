// One call with its line, as received.

import { useMemo } from "preact/hooks";
import type { CallRow } from "../api/answers";
import { ask, Problem } from "../api/client";
import { useAnswer, type Asked } from "../api/use_answer";
import { memberText } from "../json/tokenizer";

export interface Call {
  row: CallRow;
  line: string;
}

export function callFrom(row: CallRow, text: string): Call {
  return { row, line: memberText(text, "line") ?? "{}" };
}

export function useCall(reference: string): Asked<Call> {
  return useAnswer(reference, async (signal) => {
    const { rows, texts } = await ask<CallRow>(`calls/${encodeURIComponent(reference)}`, [], {
      signal,
      texts: true,
    });
    if (!rows[0]) throw new Problem(404, "No call has this reference.", "not-found");
    return callFrom(rows[0], texts[0]!);
  });
}

/** Returns the same object as long as its JSON text is the same. */
export function useStable<T>(value: T): T {
  return useMemo(() => value, [JSON.stringify(value)]);
}
