// The status filter: groups of codes, the usual codes, and a field for any other code.

import { STATUS_WORDS } from "../format/text";
import { AddForm } from "../ui/add_form";
import { Check } from "../ui/check";
import type { ListFilterProps } from "./method_filter";

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

export function StatusFilter({ values, set }: ListFilterProps) {
  const chosen = new Set(values);
  const toggle = (choice: Choice): void => {
    const next = new Set(values);
    if (next.has(choice.value)) next.delete(choice.value);
    else {
      next.add(choice.value);
      // The group includes these codes.
      for (const each of CHOICES) if (each.within.includes(choice.value)) next.delete(each.value);
    }
    set([...next]);
  };
  const known = new Set(CHOICES.map((choice) => choice.value));
  return (
    <div class="choices">
      <Check first checked={values.length === 0} toggle={() => set([])}>
        All statuses
      </Check>
      {CHOICES.map((choice) => {
        const implied = choice.within.some((group) => chosen.has(group));
        return (
          <Check
            key={choice.value}
            depth={choice.depth}
            checked={implied || chosen.has(choice.value)}
            disabled={implied}
            toggle={() => toggle(choice)}
          >
            {choice.label}
          </Check>
        );
      })}
      {values
        .filter((value) => !known.has(value))
        .map((value) => (
          <Check key={value} checked toggle={() => set(values.filter((each) => each !== value))}>
            {value === "none" ? "Calls without a status" : value}
          </Check>
        ))}
      <AddForm
        label="Another status"
        placeholder="Another code, or 3xx, none"
        add={(status) => set([...new Set([...values, status.toLowerCase()])])}
      />
    </div>
  );
}
