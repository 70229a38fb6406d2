// A call: its fields, its request and response, and related calls.

import type { ComponentChildren } from "preact";
import { useEffect, useLayoutEffect, useMemo, useState } from "preact/hooks";
import type { CallRow } from "../api/answers";
import { bytes, count, duration, localTime } from "../format/text";
import { findMatches, pointerOf } from "../json/pointer";
import { member, parseJson, rawText, valueText, type JsonNode, type JsonTree } from "../json/tokenizer";
import { filterOn } from "../filters/more_filter";
import { useSession } from "../session/use_session";
import { onCommand } from "../state/commands";
import { pairOf, type Filter, type Pair } from "../state/filters";
import { follow } from "../state/navigation";
import { filtersOf, urlOf, valueOf, type Place } from "../state/place";
import { copyText } from "../ui/copy";
import { saveText } from "../ui/save";
import { Icon } from "../ui/icons";
import { SafeText } from "../ui/safe_text";
import { StatusBadge } from "../ui/status";
import { curlOf, headersOf, ticketOf } from "./call_text";
import { JsonView, type NodeActions } from "./json_view";
import { AroundCall, JobLife, Twin } from "./beside";
import { Readers } from "./readers";
import { useStable, type Call } from "./use_call";

/** The number of nodes that are parsed at first. */
const NODES_AT_FIRST = 20_000;
const BIG = 2_000_000;

export type CallTab = "exchange" | "line" | "around" | "job" | "twin" | "readers";

export interface CallViewProps {
  call: Call;
  pairs: readonly Pair[];
  zone: string | undefined;
  tab: CallTab;
  setTab: (tab: CallTab) => void;
  /** Adds a filter to the logs, or a column. */
  addFilter: (filter: Filter) => void;
  addColumn: (pointer: string) => void;
  heading: "h1" | "h2";
}

export function linkOf(reference: string): string {
  return `${location.origin}/calls/${encodeURIComponent(reference)}`;
}

export function CallView(props: CallViewProps) {
  const { call, tab, setTab } = props;
  const { row, line } = call;
  const zone = props.zone ?? valueOf(props.pairs, "tz") ?? "UTC";
  const [whole, setWhole] = useState(false);
  useEffect(() => setWhole(false), [line]);
  const tree = useMemo(() => parseJson(line, whole ? Infinity : NODES_AT_FIRST), [line, whole]);
  const filters = useStable(filtersOf(props.pairs));
  const matches = useMemo(() => findMatches(tree, filters), [tree, filters]);
  const jobs = row.ids.async_job_id ?? [];
  const rights = useSession().info?.rights ?? [];

  useLayoutEffect(() => onCommand("copy", () => void copyText(linkOf(row.ref), "the link")), [row.ref]);

  const actions: NodeActions = {
    filter: (from, node, negated) => props.addFilter(filterFor(row, from, node, negated)),
    addColumn: props.addColumn,
  };
  const tabs: { tab: CallTab; label: string }[] = [
    { tab: "exchange", label: "Request & response" },
    { tab: "line", label: "Whole line" },
    { tab: "around", label: "Around this call" },
    ...(jobs.length > 0 ? [{ tab: "job" as const, label: "Job" }] : []),
    { tab: "twin", label: "Compare with a successful call" },
    ...(rights.includes("admin") ? [{ tab: "readers" as const, label: "Readers" }] : []),
  ];
  const save = (): void => saveText(line, `call-${row.ref}.json`, "application/json");
  const shownTab = tabs.some((each) => each.tab === tab) ? tab : "exchange";

  return (
    <article class="call">
      <Title row={row} heading={props.heading} />
      <div class="call-actions toolbar">
        <button type="button" class="button" onClick={() => void copyText(linkOf(row.ref), "the link")}>
          <Icon name="copy" />
          Link
        </button>
        <button
          type="button"
          class="button"
          onClick={() => void copyText(curlOf(row, tree), "the cURL command")}
        >
          <Icon name="copy" />
          cURL
        </button>
        <button
          type="button"
          class="button"
          onClick={() => void copyText(ticketOf(row, zone, linkOf(row.ref)), "the ticket’s text")}
        >
          <Icon name="copy" />
          Ticket
        </button>
        <button type="button" class="button" onClick={save}>
          <Icon name="export" />
          Raw
        </button>
      </div>
      <Facts row={row} zone={zone} />
      {row.truncated ? (
        <p class="note note-warning">
          <Icon name="warning" />
          <span>The line was longer than the daemon accepts. This is its first part.</span>
        </p>
      ) : null}
      {matches.length > 0 ? (
        <p class="note note-info">
          <Icon name="filter" />
          <span>
            Your filter matched at{" "}
            {matches.slice(0, 4).map((match, at) => (
              <>
                {at > 0 ? ", " : ""}
                <code>
                  <SafeText text={pointerOf(tree, match.node)} />
                </code>
              </>
            ))}
            {matches.length > 4 ? ` and ${count(matches.length - 4)} more places` : ""}
          </span>
        </p>
      ) : null}
      {tree.whole && line.length <= BIG ? null : (
        <p class="note note-info">
          <Icon name="help" />
          <span>
            {tree.whole
              ? `This call has ${bytes(line.length)}. Long values are shortened.`
              : `This call has ${bytes(line.length)}. The first ${count(tree.count)} values are shown.`}{" "}
            {tree.whole ? null : (
              <button type="button" class="link" onClick={() => setWhole(true)}>
                Show the rest
              </button>
            )}{" "}
            <button type="button" class="link" onClick={save}>
              Download raw
            </button>
          </span>
        </p>
      )}
      <div class="tabs" role="tablist" aria-label="Parts of the call">
        {tabs.map((each) => (
          <button
            key={each.tab}
            type="button"
            role="tab"
            id={`tab-${each.tab}`}
            aria-selected={each.tab === shownTab}
            aria-controls="call-tab"
            tabIndex={each.tab === shownTab ? 0 : -1}
            onClick={() => setTab(each.tab)}
            onKeyDown={(event) => {
              const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
              if (by === 0) return;
              event.preventDefault();
              event.stopPropagation();
              const at = tabs.findIndex((other) => other.tab === shownTab);
              const next = tabs[(at + by + tabs.length) % tabs.length]!;
              setTab(next.tab);
              document.getElementById(`tab-${next.tab}`)?.focus();
            }}
          >
            {each.label}
          </button>
        ))}
      </div>
      <div id="call-tab" role="tabpanel" aria-labelledby={`tab-${shownTab}`} class="call-tab">
        {shownTab === "exchange" ? (
          <Exchange
            row={row}
            tree={tree}
            matches={matches}
            actions={actions}
            heading={props.heading === "h1" ? "h2" : "h3"}
          />
        ) : null}
        {shownTab === "line" ? (
          <JsonView tree={tree} root={tree.root} label="Whole line" matches={matches} actions={actions} />
        ) : null}
        {shownTab === "around" ? <AroundCall row={row} zone={zone} /> : null}
        {shownTab === "job" ? <JobLife job={jobs[0]!} row={row} zone={zone} /> : null}
        {shownTab === "twin" ? <Twin row={row} zone={zone} /> : null}
        {shownTab === "readers" ? <Readers row={row} zone={zone} /> : null}
      </div>
    </article>
  );
}

// Pointers of the native format that are fields. Filters by field name are shorter and faster.
const FIELDS = new Set(["account", "method", "endpoint", "path", "status", "revision", "call_id"]);

function filterFor(row: CallRow, tree: JsonTree, node: JsonNode, negated: boolean): Filter {
  const pointer = pointerOf(tree, node, true);
  const value = valueText(tree, node);
  const name = pointer.slice(1);
  if (FIELDS.has(name) && String((row as unknown as Record<string, unknown>)[name]) === value)
    return filterOn(name, value, negated);
  const kind = /^\/ids\/([^/]+)$/.exec(pointer)?.[1];
  if (kind !== undefined && row.ids[kind]?.includes(value)) return filterOn(kind, value, negated);
  return filterOn(pointer, value, negated);
}

function Title({ row, heading: Heading }: { row: CallRow; heading: "h1" | "h2" }) {
  return (
    <header class="call-title">
      <StatusBadge status={row.status} words />
      <Heading class="mono">
        <span class="method">{row.method === null ? null : <SafeText text={row.method} />}</span>{" "}
        <SafeText text={row.path ?? row.endpoint ?? "–"} />
      </Heading>
    </header>
  );
}

function Facts({ row, zone }: { row: CallRow; zone: string }) {
  const { date, time, fraction } = localTime(row.ts, zone);
  const find = (name: string, value: string): Place => ({
    page: "logs",
    subject: "",
    pairs: [pairOf(filterOn(name, value)), ["date", "all"]],
  });
  const id = (kind: string, value: string) => {
    const place = find(kind, value);
    return (
      <Fact key={`${kind}:${value}`} name={kind} mono>
        <a href={urlOf(place)} title="All calls with this ID" onClick={(event) => follow(event, place)}>
          <SafeText text={value} />
        </a>
        <button
          type="button"
          class="copy-button"
          aria-label={`Copy ${kind}`}
          onClick={() => void copyText(value, kind)}
        >
          <Icon name="copy" />
        </button>
      </Fact>
    );
  };
  return (
    <dl class="facts">
      <Fact name="Time">
        {date} {time}
        {fraction} <span class="faint">{zone}</span>
      </Fact>
      {zone === "UTC" ? null : <Fact name="UTC">{row.ts.replace("T", " ").replace(/Z$/, "")}</Fact>}
      <Fact name="Duration">{duration(row.duration_ms)}</Fact>
      {row.account === null ? null : (
        <Fact name="Account">
          <SafeText text={row.account} />
          {row.account_name ? (
            <span class="faint">
              {" "}
              <SafeText text={row.account_name} />
            </span>
          ) : null}
        </Fact>
      )}
      {row.endpoint === null || row.endpoint === row.path ? null : (
        <Fact name="Endpoint" mono>
          <SafeText text={row.endpoint} />
        </Fact>
      )}
      {row.revision === null ? null : (
        <Fact name="Revision">
          <SafeText text={row.revision} />
        </Fact>
      )}
      {row.source === null ? null : (
        <Fact name="Source">
          <SafeText text={row.source} />
        </Fact>
      )}
      {row.call_id === null ? null : id("call_id", row.call_id)}
      {Object.entries(row.ids).flatMap(([kind, values]) => values.map((value) => id(kind, value)))}
    </dl>
  );
}

function Fact({ name, mono, children }: { name: string; mono?: boolean; children: ComponentChildren }) {
  return (
    <div class="fact">
      <dt>{name}</dt>
      <dd class={mono ? "mono" : undefined}>{children}</dd>
    </div>
  );
}

interface ExchangeProps {
  heading: "h2" | "h3";
  row: CallRow;
  tree: JsonTree;
  matches: ReturnType<typeof findMatches>;
  actions: NodeActions;
}

/** The request and the response, in the form of HTTP messages. */
function Exchange({ row, tree, matches, actions, heading }: ExchangeProps) {
  const request = member(tree, tree.root, "request");
  const response = member(tree, tree.root, "response");
  if (request?.kind !== "object" && response?.kind !== "object") {
    return <JsonView tree={tree} root={tree.root} label="Whole line" matches={matches} actions={actions} />;
  }
  return (
    <>
      <Message
        title="Request"
        heading={heading}
        start={`${row.method ?? ""} ${row.path ?? row.endpoint ?? ""}`.trim()}
        node={request}
        tree={tree}
        matches={matches}
        actions={actions}
      />
      <Message
        title="Response"
        heading={heading}
        start={row.status === null ? "" : String(row.status)}
        status={row}
        node={response}
        tree={tree}
        matches={matches}
        actions={actions}
      />
    </>
  );
}

function Message(
  props: Omit<ExchangeProps, "row"> & {
    title: string;
    start: string;
    status?: CallRow;
    node: JsonNode | undefined;
  },
) {
  const { node, tree, matches, actions, title, heading: Heading } = props;
  const headers = member(tree, node, "headers");
  const body = member(tree, node, "body");
  const lines = headersOf(tree, headers);
  const rest =
    node?.kind === "object" ? node.children.filter((child) => child !== headers && child !== body) : [];
  const none = node === undefined || (lines.length === 0 && body === undefined && rest.length === 0);
  return (
    <section class="message">
      <Heading>{title}</Heading>
      <div class="message-start mono">
        {props.status ? <StatusBadge status={props.status.status} words /> : <SafeText text={props.start} />}
      </div>
      {none ? <p class="faint">The log line has no {title.toLowerCase()}.</p> : null}
      {lines.length > 0 ? (
        <dl class="headers mono">
          {lines.map((header) => (
            <div
              key={`${header.node.start}`}
              class={matches.some((match) => match.node === header.node) ? "is-match" : ""}
            >
              <dt>
                <SafeText text={header.name} />
              </dt>
              <dd>
                {header.value === "[redacted]" ? (
                  <span class="json-redacted" title="Removed before it was stored">
                    [redacted]
                  </span>
                ) : (
                  <SafeText text={header.value} />
                )}
                <span class="header-actions">
                  <button
                    type="button"
                    title="Only calls with this value"
                    aria-label={`Only calls with this ${header.name}`}
                    onClick={() => actions.filter(tree, header.node, false)}
                  >
                    =
                  </button>
                  <button
                    type="button"
                    title="Only calls without this value"
                    aria-label={`Only calls without this ${header.name}`}
                    onClick={() => actions.filter(tree, header.node, true)}
                  >
                    ≠
                  </button>
                </span>
              </dd>
            </div>
          ))}
        </dl>
      ) : null}
      {rest.map((child) => (
        <JsonView
          key={child.start}
          tree={tree}
          root={child}
          label={`${title}: ${rawText(tree, child).slice(0, 20)}`}
          matches={matches}
          actions={actions}
          withRoot
        />
      ))}
      {body === undefined ? null : (
        <>
          <div class="message-body-title faint">
            Body{tree.whole ? ` · ${bytes(body.end - body.start)}` : ""}
          </div>
          <JsonView tree={tree} root={body} label={`${title} body`} matches={matches} actions={actions} />
        </>
      )}
    </section>
  );
}
