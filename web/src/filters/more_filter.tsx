// The filters that have no button of their own: IDs, text, JSON pointers, durations.

import { useId, useState } from "preact/hooks";
import { useIdKinds } from "../api/id_kinds";
import { exactly, isText, type Filter, type Operator, type Pair } from "../state/filters";
import { kindLabel, plural } from "../format/text";
import { useSuggestions } from "./suggestions";

interface Name {
  name: string;
  label: string;
  hint: string;
}

const ANY_ID: Name = { name: "id", label: "Any ID", hint: "An ID of any kind" };
const OTHER_NAMES: readonly Name[] = [
  { name: "text", label: "Text in the call", hint: "jo@example.com" },
  { name: "word", label: "Whole word in the call", hint: "jo@example.com" },
  { name: "code", label: "Error code", hint: "not_found; * for any text" },
  { name: "path", label: "Path", hint: "/api/profiles/*" },
  { name: "duration_ms", label: "Duration (ms)", hint: "500" },
  { name: "source", label: "Source", hint: "name of the source" },
  { name: "/", label: "JSON pointer", hint: "value; * for any text" },
];

const OPERATORS: readonly { op: Operator; label: string }[] = [
  { op: "=", label: "is" },
  { op: "!=", label: "is not" },
  { op: ">=", label: "≥" },
  { op: ">", label: ">" },
  { op: "<=", label: "≤" },
  { op: "<", label: "<" },
];

function nameOfKind(kind: string): Name {
  return { name: kind, label: kindLabel(kind), hint: "ID; * for any text" };
}

export function moreLabel(name: string): string {
  if (name.startsWith("/")) return name;
  return [ANY_ID, ...OTHER_NAMES].find((each) => each.name === name)?.label ?? kindLabel(name);
}

export function operatorLabel(name: string, op: Operator): string {
  if (isText(name)) return op === "=" ? "contains" : "doesn’t contain";
  return OPERATORS.find((each) => each.op === op)?.label ?? op;
}

/** Filters whose values are few enough to be suggested. */
const SUGGESTED = new Set(["code", "path", "source"]);

/** A form for one filter. `initial` is the filter that it changes, if any. */
export interface MoreFilterProps {
  pairs: readonly Pair[];
  initial?: Filter;
  add: (filter: Filter) => void;
  close: () => void;
}

export function MoreFilter(props: MoreFilterProps) {
  const { initial } = props;
  const kinds = ["call_id", ...useIdKinds()];
  const names = [ANY_ID, ...kinds.map(nameOfKind), ...OTHER_NAMES];
  const [name, setName] = useState(initial?.name.startsWith("/") ? "/" : (initial?.name ?? "id"));
  // A kind that the daemon no longer knows, or a name that it never knew.
  if (!names.some((each) => each.name === name)) names.push(nameOfKind(name));
  const [pointer, setPointer] = useState(initial && name === "/" ? initial.name : "");
  const [op, setOp] = useState<Operator>(initial?.op ?? "=");
  const [value, setValue] = useState(initial?.values.join(", ") ?? "");
  const [typed, setTyped] = useState(false);
  const suggestions = useSuggestions(name, typed && SUGGESTED.has(name) ? value : "", props.pairs);
  const list = useId();
  const numeric = name === "duration_ms" || name === "/";
  const operators = OPERATORS.filter((each) => each.op === "=" || each.op === "!=" || numeric);
  const shownOp = operators.some((each) => each.op === op) ? op : "=";
  const ready = value.trim() !== "" && (name !== "/" || pointer.trim() !== "");

  const submit = (event: Event): void => {
    event.preventDefault();
    if (!ready) return;
    const subject = name === "/" ? pointer.trim() : name;
    // An unchanged value keeps its commas. Typed commas separate values, except in a text.
    const values =
      initial && value === initial.values.join(", ")
        ? initial.values
        : isText(name)
          ? [value]
          : value
              .split(",")
              .map((each) => each.trim())
              .filter((each) => each !== "");
    props.add({ name: subject, op: shownOp, values });
    props.close();
  };

  return (
    <form class="choices more-filter" onSubmit={submit}>
      <label>
        Filter
        <select
          class="input"
          data-first
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        >
          {names.map((each) => (
            <option key={each.name} value={each.name}>
              {each.label}
            </option>
          ))}
        </select>
      </label>
      {name === "/" && (
        <label>
          Pointer
          <input
            type="text"
            class="input mono"
            placeholder="/request/headers/user-agent"
            spellcheck={false}
            value={pointer}
            onInput={(event) => setPointer(event.currentTarget.value)}
          />
        </label>
      )}
      <div class="inline-form">
        <select
          class="input input-narrow"
          aria-label="Comparison"
          value={shownOp}
          onChange={(event) => setOp(event.currentTarget.value as Operator)}
        >
          {operators.map((each) => (
            <option key={each.op} value={each.op}>
              {operatorLabel(name, each.op)}
            </option>
          ))}
        </select>
        <input
          type="text"
          class="input"
          aria-label="Value"
          spellcheck={false}
          placeholder={names.find((each) => each.name === name)?.hint}
          value={value}
          list={list}
          autocomplete="off"
          onInput={(event) => {
            setValue(event.currentTarget.value);
            setTyped(true);
          }}
        />
      </div>
      <datalist id={list}>
        {suggestions.map((row) => (
          <option key={String(row.value)} value={String(row.value)}>
            {plural(row.calls, "call")}
          </option>
        ))}
      </datalist>
      <button type="submit" class="button button-primary" disabled={!ready}>
        {initial ? "Change" : "Add filter"}
      </button>
    </form>
  );
}

/** The filter for one value of a call. */
export function filterOn(name: string, value: string, negated = false): Filter {
  return { name, op: negated ? "!=" : "=", values: [isText(name) ? value : exactly(value)] };
}
