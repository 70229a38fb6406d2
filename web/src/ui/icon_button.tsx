// A button that shows only an icon. Its label is for screen readers, its title for the pointer.

import { Icon, type IconName } from "./icons";

export interface IconButtonProps {
  icon: IconName;
  label: string;
  title?: string;
  class?: string;
  disabled?: boolean;
  onClick: () => void;
}

export function IconButton({ icon, label, title, class: extra = "", disabled, onClick }: IconButtonProps) {
  return (
    <button
      type="button"
      class={`button button-icon ${extra}`}
      aria-label={label}
      title={title}
      disabled={disabled}
      onClick={onClick}
    >
      <Icon name={icon} />
    </button>
  );
}
