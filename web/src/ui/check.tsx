// A checkbox of a menu, with its label.

import type { ComponentChildren } from "preact";

export interface CheckProps {
  checked: boolean;
  toggle: () => void;
  disabled?: boolean;
  /** Whether it has the focus when its menu opens. */
  first?: boolean;
  /** How far it is indented, below the groups that contain it. */
  depth?: number;
  children: ComponentChildren;
}

export function Check({ checked, toggle, disabled, first, depth = 0, children }: CheckProps) {
  return (
    <label class={`choice choice-${depth}`}>
      <input
        type="checkbox"
        data-first={first || undefined}
        checked={checked}
        disabled={disabled}
        onChange={toggle}
      />
      {children}
    </label>
  );
}
