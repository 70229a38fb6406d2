// The bar of filters of Activity, Logs and Errors. Each change updates the URL.

import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { onCommand } from "../state/commands";
import { containedText, containing, exactText, isText, type Filter, type Pair } from "../state/filters";
import {
  filtersOf,
  findFilter,
  hasPeriod,
  periodOf,
  valueOf,
  withFilter,
  withFilters,
  withPeriod,
} from "../state/place";
import { periodLabel } from "../state/periods";
import { Icon } from "../ui/icons";
import { Popover } from "../ui/popover";
import { SafeText } from "../ui/safe_text";
import { MethodFilter } from "./method_filter";
import { MoreFilter, moreLabel, operatorLabel } from "./more_filter";
import { PeriodFilter, ZoneFilter, zoneLabel } from "./period_filter";
import { statusLabel, StatusFilter } from "./status_filter";
import { ValueFilter } from "./value_filter";

export interface FilterBarProps {
  pairs: readonly Pair[];
  set: (pairs: Pair[]) => void;
  /** The zone of the shown answer. */
  zone: string | undefined;
  /** Whether the endpoint has a search field instead of a button. */
  search?: boolean;
}

const BUTTONS = ["account", "endpoint", "method", "status", "revision"];

/** The label of a filter's values: the first one, and the number of the others. */
function valueLabel(filter: Filter): string {
  const [first = ""] = filter.values;
  const one = isText(filter.name) ? first : (exactText(first) ?? first);
  return filter.values.length > 1 ? `${one} +${filter.values.length - 1}` : one === "" ? "none" : one;
}

export function hasFilters(pairs: readonly Pair[]): boolean {
  return filtersOf(pairs).length > 0 || hasPeriod(pairs);
}

function cleared(pairs: readonly Pair[]): Pair[] {
  return withPeriod(withFilters(pairs, []), {});
}

export function FilterBar({ pairs, set, zone, search }: FilterBarProps) {
  const others = filtersOf(pairs).filter((filter) => !isButton(filter, search ?? false));
  const replace = (old: Filter | undefined, filter: Filter | undefined): void => {
    const filters = filtersOf(pairs);
    const at = old ? filters.findIndex((each) => same(each, old)) : -1;
    if (at >= 0) filters.splice(at, 1, ...(filter ? [filter] : []));
    else if (filter) filters.push(filter);
    set(withFilters(pairs, filters));
  };
  useLayoutEffect(() => onCommand("clear", () => set(cleared(pairs))));
  return (
    <section class="filters" aria-label="Filters">
      {search ? <EndpointSearch pairs={pairs} set={set} /> : null}
      <Popover name="Period" set={hasPeriod(pairs)} icon="clock" label={periodLabel(periodOf(pairs))}>
        {(close) => <PeriodFilter pairs={pairs} set={set} close={close} />}
      </Popover>
      <NameFilter name="account" label="Account" pairs={pairs} set={set} />
      {search ? null : <NameFilter name="endpoint" label="Endpoint" pairs={pairs} set={set} />}
      <Popover
        name="Method"
        set={findFilter(pairs, "method") !== undefined}
        label={<ButtonLabel label="Method" filter={findFilter(pairs, "method")} />}
      >
        {() => (
          <MethodFilter
            values={findFilter(pairs, "method")?.values ?? []}
            set={(values) => set(withFilter(pairs, { name: "method", op: "=", values }))}
          />
        )}
      </Popover>
      <Popover
        name="Status"
        set={findFilter(pairs, "status") !== undefined}
        label={
          <ButtonLabel
            label="Status"
            filter={findFilter(pairs, "status")}
            text={findFilter(pairs, "status") && statusLabel(findFilter(pairs, "status")!.values)}
          />
        }
      >
        {() => (
          <StatusFilter
            values={findFilter(pairs, "status")?.values ?? []}
            set={(values) => set(withFilter(pairs, { name: "status", op: "=", values }))}
          />
        )}
      </Popover>
      <NameFilter name="revision" label="Revision" pairs={pairs} set={set} />
      {others.map((filter) => (
        <span class="chip" key={`${filter.name}${filter.op}${filter.values.join()}`}>
          <Popover
            name={`Filter ${moreLabel(filter.name)}`}
            set
            chevron={false}
            class="chip-label"
            label={
              <>
                <span class="chip-name">
                  <SafeText text={moreLabel(filter.name)} />
                </span>{" "}
                {operatorLabel(filter.name, filter.op)}{" "}
                <span class="chip-value">
                  <SafeText text={valueLabel(filter)} />
                </span>
              </>
            }
          >
            {(close) => (
              <MoreFilter
                pairs={pairs}
                initial={filter}
                add={(changed) => replace(filter, changed)}
                close={close}
              />
            )}
          </Popover>
          <button
            type="button"
            class="chip-remove"
            aria-label={`Remove the filter ${moreLabel(filter.name)}`}
            onClick={() => replace(filter, undefined)}
          >
            <Icon name="close" />
          </button>
        </span>
      ))}
      <Popover name="Add a filter" chevron={false} class="button-quiet" icon="plus" label="Filter">
        {(close) => <MoreFilter pairs={pairs} add={(filter) => replace(undefined, filter)} close={close} />}
      </Popover>
      {hasFilters(pairs) ? (
        <button type="button" class="button button-quiet" onClick={() => set(cleared(pairs))}>
          Clear
        </button>
      ) : null}
      <span class="filters-zone">
        <Popover
          name="Time zone"
          align="right"
          class="button-quiet"
          label={<span>{zoneLabel(valueOf(pairs, "tz"), zone)}</span>}
        >
          {(close) => <ZoneFilter pairs={pairs} shown={zone} set={set} close={close} />}
        </Popover>
      </span>
    </section>
  );
}

function same(a: Filter, b: Filter): boolean {
  return a.name === b.name && a.op === b.op && a.values.join("\0") === b.values.join("\0");
}

/** Whether one of the bar's buttons, or its search field, shows the filter. */
function isButton(filter: Filter, search: boolean): boolean {
  if (!BUTTONS.includes(filter.name)) return false;
  if (filter.name === "endpoint" && search) return filter.op === "=" && filter.values.length === 1;
  if (filter.name === "method" || filter.name === "status") return filter.op === "=";
  return filter.op === "=" || filter.op === "!=";
}

function ButtonLabel({
  label,
  filter,
  text,
}: {
  label: string;
  filter: Filter | undefined;
  text?: string | undefined;
}) {
  if (!filter) return <span>{label}</span>;
  return (
    <span>
      <span class="chip-name">{label}</span> {filter.op === "!=" ? "is not " : ""}
      <span class="chip-value">
        <SafeText text={text ?? valueLabel(filter)} />
      </span>
    </span>
  );
}

function NameFilter({
  name,
  label,
  pairs,
  set,
}: {
  name: string;
  label: string;
  pairs: readonly Pair[];
  set: (pairs: Pair[]) => void;
}) {
  const filter = findFilter(pairs, name) ?? findFilter(pairs, name, "!=");
  const [negated, setNegated] = useState(filter?.op === "!=");
  const shownNegated = filter ? filter.op === "!=" : negated;
  return (
    <Popover name={label} set={filter !== undefined} label={<ButtonLabel label={label} filter={filter} />}>
      {() => (
        <ValueFilter
          name={name}
          label={label}
          values={filter?.values ?? []}
          negated={shownNegated}
          pairs={pairs}
          set={(values, not) => {
            setNegated(not);
            let next = withFilter(pairs, { name, op: not ? "=" : "!=", values: [] });
            next = withFilter(next, { name, op: not ? "!=" : "=", values });
            set(next);
          }}
        />
      )}
    </Popover>
  );
}

/** Finds endpoints that contain the typed text, or match it if it has stars. */
function EndpointSearch({ pairs, set }: { pairs: readonly Pair[]; set: (pairs: Pair[]) => void }) {
  const filter = findFilter(pairs, "endpoint");
  const [pattern = ""] = filter?.values.length === 1 ? filter.values : [];
  const shown = containedText(pattern) ?? exactText(pattern) ?? pattern;
  const [text, setText] = useState(shown);
  useEffect(() => setText(shown), [shown]);
  const submit = (event: Event): void => {
    event.preventDefault();
    const wanted = text.trim();
    const values =
      wanted === "" ? [] : [wanted === shown ? pattern : wanted.includes("*") ? wanted : containing(wanted)];
    set(withFilter(pairs, { name: "endpoint", op: "=", values }));
  };
  return (
    <form class="search" role="search" aria-label="Search by endpoint" onSubmit={submit}>
      <Icon name="search" />
      <input
        type="search"
        class="input"
        aria-label="Search by endpoint"
        placeholder="Search by endpoint"
        spellcheck={false}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onSearch={submit}
      />
    </form>
  );
}
