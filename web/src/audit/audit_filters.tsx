// The bar of filters of the audit: period, reader, verb, a value that was asked for, a call.

import { useLayoutEffect } from "preact/hooks";
import { PeriodFilter, ZoneFilter, zoneLabel } from "../filters/period_filter";
import { onCommand } from "../state/commands";
import type { Pair } from "../state/filters";
import { periodLabel } from "../state/periods";
import { hasPeriod, periodOf, valueOf, withPeriod, withValue } from "../state/place";
import { AddForm } from "../ui/add_form";
import { Popover } from "../ui/popover";
import { SafeText } from "../ui/safe_text";
import { AUDIT_WORDS, type AuditWord } from "./record";

export const ALL_TIME = "all";

/** Verbs whose requests the audit has. */
const VERBS = [
  "SHOW",
  "EXPORT",
  "LOGS",
  "FOLLOW",
  "JOB",
  "TWIN",
  "FIND",
  "ERRORS",
  "ACTIVITY",
  "TOP",
  "VALUES",
];
const ADMIN_VERBS = ["REJECTS", "ERASE", "ISSUE", "REVOKE", "TOKENS", "USER", "USERS", "AUDIT"];

const FIELDS: { name: AuditWord; label: string; placeholder: string; mono?: boolean }[] = [
  { name: "reader", label: "Reader", placeholder: "person jo; * for any text" },
  { name: "value", label: "Value asked for", placeholder: "An ID, account, text", mono: true },
  { name: "ref", label: "Call", placeholder: "g1f-8kn3", mono: true },
];

interface AuditFiltersProps {
  pairs: readonly Pair[];
  set: (pairs: Pair[]) => void;
  /** The zone of the shown answer. */
  zone: string | undefined;
}

export function auditCleared(pairs: readonly Pair[]): Pair[] {
  const words: readonly string[] = [...AUDIT_WORDS, "cursor"];
  return withPeriod(pairs, {}).filter(([name]) => !words.includes(name));
}

export function AuditFilters({ pairs, set, zone }: AuditFiltersProps) {
  const change = (next: Pair[]): void => set(withValue(next, "cursor", undefined));
  const isSet = hasPeriod(pairs) || AUDIT_WORDS.some((name) => valueOf(pairs, name) !== undefined);
  const period = hasPeriod(pairs) ? periodOf(pairs) : { date: ALL_TIME };
  useLayoutEffect(() => onCommand("clear", () => set(auditCleared(pairs))));
  return (
    <section class="filters" aria-label="Filters">
      <Popover
        name="Period"
        set={hasPeriod(pairs)}
        icon="clock"
        label={period.date === ALL_TIME ? "All records" : periodLabel(period)}
      >
        {(close) => <PeriodFilter pairs={pairs} set={change} close={close} initial={ALL_TIME} />}
      </Popover>
      {FIELDS.map((field) => (
        <WordFilter key={field.name} {...field} pairs={pairs} change={change} />
      ))}
      <VerbFilter pairs={pairs} change={change} />
      {isSet ? (
        <button type="button" class="button button-quiet" onClick={() => set(auditCleared(pairs))}>
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
          {(close) => <ZoneFilter pairs={pairs} shown={zone} set={change} close={close} />}
        </Popover>
      </span>
    </section>
  );
}

interface WordProps {
  pairs: readonly Pair[];
  change: (pairs: Pair[]) => void;
}

function Label({ label, value }: { label: string; value: string | undefined }) {
  if (value === undefined) return <span>{label}</span>;
  return (
    <span>
      <span class="chip-name">{label}</span>{" "}
      <span class="chip-value">
        <SafeText text={value} />
      </span>
    </span>
  );
}

function WordFilter(props: WordProps & (typeof FIELDS)[number]) {
  const { name, label, placeholder, mono, pairs, change } = props;
  const value = valueOf(pairs, name);
  return (
    <Popover name={label} set={value !== undefined} label={<Label label={label} value={value} />}>
      {(close) => {
        const choose = (text: string | undefined): void => {
          change(withValue(pairs, name, text));
          close();
        };
        return (
          <div class="choices">
            <AddForm
              label={label}
              placeholder={placeholder}
              action="Show"
              mono={mono ?? false}
              add={choose}
            />
            {value === undefined ? null : (
              <button type="button" class="choice choice-button" onClick={() => choose(undefined)}>
                Any
              </button>
            )}
          </div>
        );
      }}
    </Popover>
  );
}

function VerbFilter({ pairs, change }: WordProps) {
  const chosen = valueOf(pairs, "verb")?.toUpperCase();
  return (
    <Popover name="Request" set={chosen !== undefined} label={<Label label="Request" value={chosen} />}>
      {(close) => {
        const option = (verb: string | undefined) => (
          <button
            key={verb ?? ""}
            type="button"
            class="choice choice-button"
            aria-pressed={verb === chosen}
            data-first={verb === chosen ? true : undefined}
            onClick={() => {
              change(withValue(pairs, "verb", verb));
              close();
            }}
          >
            {verb ?? "Any"}
          </button>
        );
        return (
          <div class="choices">
            {option(undefined)}
            <hr />
            {VERBS.map(option)}
            <hr />
            {ADMIN_VERBS.map(option)}
          </div>
        );
      }}
    </Popover>
  );
}
