// A call beside the log table.

import { useRef } from "preact/hooks";
import { columnsText, parseColumns } from "../state/columns";
import type { Filter, Pair } from "../state/filters";
import { follow } from "../state/navigation";
import { filtersOf, scopeOf, urlOf, valueOf, withFilters, withValue, type Place } from "../state/place";
import { AskedBox } from "../ui/asked";
import { IconButton } from "../ui/icon_button";
import { Icon } from "../ui/icons";
import { CallView, type CallTab } from "./call_view";
import { Gone } from "./call_page";
import { useCall } from "./use_call";

export interface CallPanelProps {
  reference: string;
  pairs: readonly Pair[];
  zone: string | undefined;
  set: (pairs: Pair[], replace?: boolean) => void;
  step: (by: number) => void;
  close: () => void;
}

/** Adds a filter, unless it is there already. */
export function withOneMore(pairs: readonly Pair[], filter: Filter): Pair[] {
  const filters = filtersOf(pairs);
  const known = filters.some(
    (each) =>
      each.name === filter.name &&
      each.op === filter.op &&
      each.values.join("\0") === filter.values.join("\0"),
  );
  return known ? [...pairs] : withFilters(pairs, [...filters, filter]);
}

export function withColumn(pairs: readonly Pair[], name: string): Pair[] {
  const columns = parseColumns(valueOf(pairs, "columns"));
  if (columns.some((column) => column.name === name)) return [...pairs];
  return withValue(pairs, "columns", columnsText([...columns, { name }]));
}

export function CallPanel({ reference, pairs, zone, set, step, close }: CallPanelProps) {
  const asked = useCall(reference);
  const page: Place = { page: "call", subject: reference, pairs: scopeOf(pairs) };
  const panel = useRef<HTMLElement>(null);
  return (
    <aside class="call-panel" aria-label="Call" ref={panel}>
      <div class="panel-bar">
        <IconButton icon="up" label="The call above" title="The call above (k)" onClick={() => step(-1)} />
        <IconButton icon="down" label="The call below" title="The call below (j)" onClick={() => step(1)} />
        <a class="button button-quiet" href={urlOf(page)} onClick={(event) => follow(event, page)}>
          <Icon name="open" />
          Open
        </a>
        <IconButton icon="close" class="panel-close" label="Close" title="Close (Esc)" onClick={close} />
      </div>
      <div class="panel-content" tabIndex={0} role="region" aria-label="Content of the call">
        {asked.problem && (asked.problem.status === 404 || asked.problem.status === 410) ? (
          <Gone problem={asked.problem} />
        ) : (
          <AskedBox asked={asked} empty={<div class="call-placeholder" />}>
            {(call) => (
              <CallView
                heading="h2"
                call={call}
                pairs={pairs}
                zone={zone}
                tab={(valueOf(pairs, "view") as CallTab | undefined) ?? "exchange"}
                setTab={(tab) => set(withValue(pairs, "view", tab === "exchange" ? undefined : tab), true)}
                addFilter={(filter) => set(withOneMore(pairs, filter))}
                addColumn={(name) => set(withColumn(pairs, name))}
              />
            )}
          </AskedBox>
        )}
      </div>
    </aside>
  );
}
