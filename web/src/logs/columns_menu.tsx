// Chooses and orders the columns: fields, kinds of ID, and any JSON pointer.

import { useIdKinds } from "../api/id_kinds";
import { DEFAULT_COLUMNS, isPointer, type Column } from "../state/columns";
import { AddForm } from "../ui/add_form";
import { Check } from "../ui/check";
import { IconButton } from "../ui/icon_button";
import { SafeText } from "../ui/safe_text";
import { FIELDS, kindOf } from "./cells";

export function ColumnsMenu({
  columns,
  set,
}: {
  columns: readonly Column[];
  set: (columns: Column[]) => void;
}) {
  const kinds = useIdKinds();
  const shown = new Set(columns.map((column) => column.name));
  const move = (at: number, by: number): void => {
    const next = [...columns];
    const [column] = next.splice(at, 1);
    next.splice(at + by, 0, column!);
    set(next);
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
          <IconButton
            icon="up"
            label={`Move ${kindOf(name).label} left`}
            disabled={at === 0}
            onClick={() => move(at, -1)}
          />
          <IconButton
            icon="down"
            label={`Move ${kindOf(name).label} right`}
            disabled={at === columns.length - 1}
            onClick={() => move(at, 1)}
          />
        </div>
      ))}
      <hr />
      {[...Object.keys(FIELDS), ...kinds]
        .filter((name) => !shown.has(name))
        .map((name) => (
          <Check key={name} checked={false} toggle={() => set([...columns, { name }])}>
            {kindOf(name).label}
          </Check>
        ))}
      <AddForm
        label="Another column"
        placeholder="/response/body/id"
        mono
        add={(name) => {
          if (!shown.has(name)) set([...columns, { name }]);
        }}
      />
      <button
        type="button"
        class="choice choice-button"
        onClick={() => set(DEFAULT_COLUMNS.map((name) => ({ name })))}
      >
        Reset to the default columns
      </button>
    </div>
  );
}
