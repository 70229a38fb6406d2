// The status filter, with the groups and codes of the seed page, and a place for any other code.

import { useState } from "preact/hooks";
import { STATUS_WORDS } from "../format/text";

interface Choice {
  value: string;
  label: string;
  depth: number;
  within: string[];
}

const CHOICES: Choice[] = [
  { value: "success", label: "All success codes", depth: 0, within: [] },
  ...codes([200, 201, 202, 204], 1, ["success", "2xx"]),
  { value: "failed", label: "All failed codes", depth: 0, within: [] },
  { value: "4xx", label: "All 4xx codes", depth: 1, within: ["failed"] },
  ...codes([400, 401, 403, 404, 422, 429], 2, ["4xx", "failed"]),
  { value: "5xx", label: "All 5xx codes", depth: 1, within: ["failed"] },
  ...codes([500, 502], 2, ["5xx", "failed"]),
];

function codes(list: number[], depth: number, within: string[]): Choice[] {
  return list.map((code) => ({
    value: String(code),
    label: `${code} - ${STATUS_WORDS[code]}`,
    depth,
    within,
  }));
}

export function statusLabel(values: readonly string[]): string {
  if (values.length === 0) return "All statuses";
  const names: Record<string, string> = {
    success: "All success",
    failed: "All failed",
    none: "None",
    all: "All statuses",
  };
  return values.map((value) => names[value] ?? (/^\dxx$/.test(value) ? `All ${value}` : value)).join(", ");
}

export function StatusFilter({
  values,
  set,
}: {
  values: readonly string[];
  set: (values: string[]) => void;
}) {
  const [other, setOther] = useState("");
  const chosen = new Set(values);
  const toggle = (choice: Choice): void => {
    const next = new Set(values);
    if (next.has(choice.value)) next.delete(choice.value);
    else {
      next.add(choice.value);
      // A group has its codes: they needn't be named beside it.
      for (const each of CHOICES) if (each.within.includes(choice.value)) next.delete(each.value);
    }
    set([...next]);
  };
  const addOther = (event: Event): void => {
    event.preventDefault();
    const value = other.trim().toLowerCase();
    if (value) set([...new Set([...values, value])]);
    setOther("");
  };
  const known = new Set(CHOICES.map((choice) => choice.value));
  return (
    <div class="choices">
      <label class="choice">
        <input type="checkbox" data-first checked={values.length === 0} onChange={() => set([])} />
        All statuses
      </label>
      {CHOICES.map((choice) => {
        const implied = choice.within.some((group) => chosen.has(group));
        return (
          <label key={choice.value} class={`choice choice-${choice.depth}`}>
            <input
              type="checkbox"
              checked={implied || chosen.has(choice.value)}
              disabled={implied}
              onChange={() => toggle(choice)}
            />
            {choice.label}
          </label>
        );
      })}
      {values
        .filter((value) => !known.has(value))
        .map((value) => (
          <label key={value} class="choice">
            <input type="checkbox" checked onChange={() => set(values.filter((each) => each !== value))} />
            {value === "none" ? "Calls without a status" : value}
          </label>
        ))}
      <form class="inline-form" onSubmit={addOther}>
        <input
          type="text"
          class="input"
          placeholder="Another code, or 3xx, none"
          aria-label="Another status"
          value={other}
          onInput={(event) => setOther(event.currentTarget.value)}
        />
        <button type="submit" class="button">
          Add
        </button>
      </form>
    </div>
  );
}
