// Chooses and orders the columns: fields, kinds of ID, and any JSON pointer.

import { useState } from "preact/hooks";
import { DEFAULT_COLUMNS, isPointer, type Column } from "../state/columns";
import { Icon } from "../ui/icons";
import { SafeText } from "../ui/safe_text";
import { KINDS, kindOf } from "./cells";

export function ColumnsMenu({
  columns,
  set,
}: {
  columns: readonly Column[];
  set: (columns: Column[]) => void;
}) {
  const [text, setText] = useState("");
  const shown = new Set(columns.map((column) => column.name));
  const move = (at: number, by: number): void => {
    const next = [...columns];
    const [column] = next.splice(at, 1);
    next.splice(at + by, 0, column!);
    set(next);
  };
  const add = (event: Event): void => {
    event.preventDefault();
    const name = text.trim();
    if (name !== "" && !shown.has(name)) set([...columns, { name }]);
    setText("");
  };
  return (
    <div class="choices columns-menu">
      {columns.map(({ name }, at) => (
        <div key={name} class="choice column-choice">
          <label>
            <input
              type="checkbox"
              checked
              disabled={columns.length === 1}
              onChange={() => set(columns.filter((each) => each.name !== name))}
            />
            <span class={isPointer(name) ? "mono" : ""}>
              <SafeText text={kindOf(name).label} />
            </span>
          </label>
          <button
            type="button"
            class="button button-icon"
            aria-label={`Move ${kindOf(name).label} left`}
            disabled={at === 0}
            onClick={() => move(at, -1)}
          >
            <Icon name="up" />
          </button>
          <button
            type="button"
            class="button button-icon"
            aria-label={`Move ${kindOf(name).label} right`}
            disabled={at === columns.length - 1}
            onClick={() => move(at, 1)}
          >
            <Icon name="down" />
          </button>
        </div>
      ))}
      <hr />
      {Object.keys(KINDS)
        .filter((name) => !shown.has(name))
        .map((name) => (
          <label key={name} class="choice">
            <input type="checkbox" checked={false} onChange={() => set([...columns, { name }])} />
            {kindOf(name).label}
          </label>
        ))}
      <form class="inline-form" onSubmit={add}>
        <input
          type="text"
          class="input mono"
          aria-label="Another column"
          placeholder="/response/body/id or an ID’s kind"
          spellcheck={false}
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
        />
        <button type="submit" class="button">
          Add
        </button>
      </form>
      <button
        type="button"
        class="choice choice-button"
        onClick={() => set(DEFAULT_COLUMNS.map((name) => ({ name })))}
      >
        Back to the usual columns
      </button>
    </div>
  );
}
