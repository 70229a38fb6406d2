// A button that opens a small panel below itself. Escape, a click elsewhere and a second click close it.

import type { ComponentChildren } from "preact";
import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Icon, type IconName } from "./icons";

export interface PopoverProps {
  /** The button's content, after its icon. */
  label: ComponentChildren;
  icon?: IconName;
  /** The panel's accessible name. */
  name: string;
  class?: string;
  /** Whether the button shows a choice of the reader. */
  set?: boolean;
  align?: "left" | "right";
  chevron?: boolean;
  disabled?: boolean;
  children: (close: () => void) => ComponentChildren;
}

export function Popover(props: PopoverProps) {
  const [open, setOpen] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const panel = useRef<HTMLDivElement>(null);

  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };

  // A layout effect sets the focus before the panel is painted, so that no key is lost.
  useLayoutEffect(() => {
    if (!open) return;
    const first =
      panel.current?.querySelector<HTMLElement>("[data-first]") ??
      panel.current?.querySelector<HTMLElement>("input, select, button, a[href]");
    first?.focus();
    const outside = (event: Event): void => {
      if (event.target instanceof Node && !root.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener("pointerdown", outside);
    document.addEventListener("focusin", outside);
    return () => {
      document.removeEventListener("pointerdown", outside);
      document.removeEventListener("focusin", outside);
    };
  }, [open]);

  const onKeyDown = (event: KeyboardEvent): void => {
    if (!open) return;
    if (event.key === "Escape") {
      event.stopPropagation();
      event.preventDefault();
      close();
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      moveFocus(event, panel.current);
    }
  };

  return (
    <div class="popover" ref={root} onKeyDown={onKeyDown}>
      <button
        ref={button}
        type="button"
        class={`button ${props.class ?? ""} ${props.set ? "is-set" : ""}`}
        aria-expanded={open}
        aria-haspopup="dialog"
        disabled={props.disabled}
        onClick={() => setOpen(!open)}
      >
        {props.icon ? <Icon name={props.icon} /> : null}
        {props.icon ? <span>{props.label}</span> : props.label}
        {props.chevron === false ? null : <Icon name="chevron" />}
      </button>
      {open && (
        <div
          class={`panel ${props.align === "right" ? "panel-right" : ""}`}
          role="dialog"
          aria-label={props.name}
          ref={panel}
        >
          {props.children(close)}
        </div>
      )}
    </div>
  );
}

/** Arrow keys move the focus between the controls of a panel, unless the control uses them itself. */
function moveFocus(event: KeyboardEvent, within: HTMLElement | null): void {
  const target = event.target as HTMLElement;
  if (!within || target.matches("select, [type=number], [type=datetime-local], [role=combobox]")) return;
  const stops = [...within.querySelectorAll<HTMLElement>("input, button, select, a[href]")].filter(
    (each) => !each.hasAttribute("disabled"),
  );
  const at = stops.indexOf(target);
  const next = stops[at + (event.key === "ArrowDown" ? 1 : -1)];
  if (at < 0 || !next) return;
  event.preventDefault();
  next.focus();
}
