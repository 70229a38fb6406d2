// A table in a region that scrolls by itself, so that the page never scrolls sideways.

import type { ComponentChildren } from "preact";

export interface Heading {
  label: string;
  /** Whether the column has numbers, which are aligned at the right. */
  number?: boolean;
}

export interface DataTableProps {
  /** The region's accessible name. */
  label: string;
  headings: readonly (Heading | string)[];
  /** The region's class and the table's. */
  regionClass?: string;
  class?: string;
  /** The rows. */
  children: ComponentChildren;
}

/** Headings of columns of numbers. */
export function numbers(...labels: string[]): Heading[] {
  return labels.map((label) => ({ label, number: true }));
}

export function DataTable(props: DataTableProps) {
  return (
    <div class={props.regionClass ?? "table-scroll"} tabIndex={0} role="region" aria-label={props.label}>
      <table class={props.class}>
        <thead>
          <tr>
            {props.headings.map((heading, at) => {
              const { label, number } =
                typeof heading === "string" ? { label: heading, number: false } : heading;
              return (
                <th key={at} scope="col" class={number ? "number" : undefined}>
                  {label}
                </th>
              );
            })}
          </tr>
        </thead>
        <tbody>{props.children}</tbody>
      </table>
    </div>
  );
}
