// Icons, in the colour of the text. All are decorative: the text beside them or a label has their meaning.

const PATHS = {
  chevron: "M4 6l4 4 4-4",
  close: "M4 4l8 8M12 4l-8 8",
  check: "M3.5 8.5l3 3 6-7",
  search: "M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10zM10.8 10.8L14 14",
  refresh: "M13 3v3.5H9.5M13 6.3A5.5 5.5 0 1 0 13.4 9",
  plus: "M8 3v10M3 8h10",
  up: "M8 13V3M4 7l4-4 4 4",
  down: "M8 3v10M4 9l4 4 4-4",
  left: "M10 3L5 8l5 5",
  right: "M6 3l5 5-5 5",
  copy: "M5.5 5.5h7v7h-7zM3.5 10.5v-7h7",
  open: "M6 3H3v10h10v-3M9 3h4v4M13 3L7.5 8.5",
  pin: "M8 14V9.5M5 2.5h6M6 2.5v4L4 9.5h8L10 6.5v-4",
  live: "M8 9.2a1.2 1.2 0 1 0 0-2.4 1.2 1.2 0 0 0 0 2.4zM4.6 11.4a4.8 4.8 0 0 1 0-6.8M11.4 4.6a4.8 4.8 0 0 1 0 6.8",
  table: "M2.5 3.5h11v9h-11zM2.5 6.5h11M6.5 6.5v6",
  columns: "M2.5 3.5h11v9h-11zM6.2 3.5v9M9.8 3.5v9",
  export: "M8 2.5v7M5 6.5l3 3 3-3M3 11v2.5h10V11",
  warning: "M8 2.5l6 11H2zM8 6.5v3.2M8 11.6v.2",
  help: "M5.8 6.1a2.2 2.2 0 1 1 3.4 1.8c-.7.5-1.2.9-1.2 1.7M8 11.8v.2",
  clock: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 4.8V8l2.2 1.4",
  person: "M8 8a2.8 2.8 0 1 0 0-5.6A2.8 2.8 0 0 0 8 8zM2.8 13.6a5.2 5.2 0 0 1 10.4 0",
  filter: "M2.5 4h11M4.5 8h7M6.5 12h3",
  exclude: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM3.8 12.2l8.4-8.4",
} as const;

export type IconName = keyof typeof PATHS;

export function Icon({ name }: { name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
