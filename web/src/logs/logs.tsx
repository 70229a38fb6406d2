// Logs: the table of calls, and the open call beside it.

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import { ask } from "../api/client";
import { CallPanel } from "../call/call_panel";
import { rememberZone } from "../state/zone";
import { FilterBar } from "../filters/filter_bar";
import { count } from "../format/text";
import { columnsText, parseColumns, pointersOf, type Column } from "../state/columns";
import { onCommand, useRefresh } from "../state/commands";
import type { Pair } from "../state/filters";
import { navigate } from "../state/navigation";
import { endsNow } from "../state/periods";
import { filtersOf, periodOf, scopeOf, valueOf, withValue, type Place } from "../state/place";
import { ProblemBox, Progress } from "../ui/asked";
import { say } from "../ui/copy";
import { Empty } from "../ui/empty";
import { Icon } from "../ui/icons";
import { Notes } from "../ui/notes";
import { Popover } from "../ui/popover";
import { ColumnsMenu } from "./columns_menu";
import { ExportMenu } from "./export_menu";
import { isMissed, keepList, keptList, LogList, MOST_ROWS, requestOf, type Item } from "./log_list";
import { LogTable } from "./log_table";
import { Tail, type TailState } from "./tail";

const WIDE = "(min-width: 1000px)";
/** Filters that rollups can test, so that counting is cheap. */
const COUNTED = new Set(["account", "endpoint", "method", "status", "revision"]);

export function Logs({ place }: { place: Place }) {
  const { pairs } = place;
  const set = (next: Pair[], replace = false): void => navigate({ ...place, pairs: next }, { replace });
  const refresh = useRefresh(valueOf(pairs, "live") === undefined ? pairs : [["to", "now"]]);
  const columns = useMemo(() => parseColumns(valueOf(pairs, "columns")), [valueOf(pairs, "columns")]);
  const setColumns = (next: Column[]): void => set(withValue(pairs, "columns", columnsText(next)));
  const pointers = useMemo(() => pointersOf(columns), [columns]);
  const { list, old } = useList(pairs, pointers, refresh);
  const shown = list.summary === undefined && old ? old : list;
  const stale = shown !== list;
  const [, redraw] = useState(0);
  useLayoutEffect(() => list.subscribe(() => redraw((turn) => turn + 1)), [list]);
  useEffect(() => list.setPointers(pointers), [list, pointers]);

  const live = useLive(pairs, pointers, list, set);
  const call = valueOf(pairs, "call");
  const selected = call ?? list.selected;

  const select = (index: number, open: boolean): void => {
    const item = shown.items[index];
    if (!item || isMissed(item)) return;
    list.selected = item.ref;
    if (open && !matchMedia(WIDE).matches) {
      navigate({ page: "call", subject: item.ref, pairs: scopeOf(pairs) });
    } else if (open || call !== undefined) {
      // Stepping from call to call adds no history entries.
      set(withValue(pairs, "call", item.ref), call !== undefined);
    } else redraw((turn) => turn + 1);
  };
  const step = (by: number): void => {
    const at = shown.items.findIndex((item) => item.ref === selected);
    let next = at < 0 ? (by > 0 ? 0 : -1) : at + by;
    while (shown.items[next] && isMissed(shown.items[next]!)) next += by;
    if (next >= 0 && next < shown.items.length) select(next, false);
    if (next > shown.items.length - 20) list.more();
  };
  const commands = useRef({
    step,
    open: () => undefined as void,
    close: () => undefined as void,
    live: () => undefined as void,
  });
  commands.current = {
    step,
    open: () => {
      const at = shown.items.findIndex((item) => item.ref === selected);
      if (call !== undefined) navigate({ page: "call", subject: call, pairs: scopeOf(pairs) });
      else if (at >= 0) select(at, true);
    },
    close: () => {
      if (call !== undefined) set(withValue(pairs, "call", undefined));
    },
    live: live.toggle,
  };
  useLayoutEffect(() => {
    const ends = [
      onCommand("down", () => commands.current.step(1)),
      onCommand("up", () => commands.current.step(-1)),
      onCommand("later", () => commands.current.step(-1)),
      onCommand("earlier", () => commands.current.step(1)),
      onCommand("open", () => commands.current.open()),
      onCommand("close", () => commands.current.close()),
      onCommand("live", () => commands.current.live()),
    ];
    return () => ends.forEach((end) => end());
  }, []);

  const { summary } = shown;
  if (summary?.tz) rememberZone(summary.tz);
  const empty = summary !== undefined && shown.items.length === 0;
  const age = !stale ? "" : list.problem || list.cancelled ? "is-old" : "is-stale";
  const oldest = valueOf(pairs, "order") === "oldest";
  return (
    <>
      <FilterBar pairs={pairs} set={set} zone={summary?.tz} search />
      <main class="page logs-page" id="main">
        <h1 class="off-screen">Logs</h1>
        <div class="logs-main">
          <div class="logs-bar">
            <Matching list={shown} pairs={pairs} refresh={refresh} />
            <div class="toolbar">
              <button
                type="button"
                class={`button live-button ${live.on ? "is-live" : ""}`}
                aria-pressed={live.on}
                disabled={!live.possible}
                title={
                  live.possible
                    ? "Show calls as they arrive (l)"
                    : "Only a period that ends now, newest first, can be followed"
                }
                onClick={live.toggle}
              >
                <Icon name="live" />
                {live.on ? LIVE_LABELS[live.state] : "Live"}
              </button>
              <button
                type="button"
                class="button"
                title="Order"
                onClick={() => set(withValue(pairs, "order", oldest ? undefined : "oldest"))}
              >
                <Icon name={oldest ? "up" : "down"} />
                <span>{oldest ? "Oldest first" : "Newest first"}</span>
              </button>
              <Popover name="Columns" icon="columns" align="right" label="Columns">
                {() => <ColumnsMenu columns={columns} set={setColumns} />}
              </Popover>
              <Popover name="Export" icon="export" align="right" label="Export">
                {() => <ExportMenu pairs={pairs} columns={columns} />}
              </Popover>
            </div>
          </div>
          <Progress loading={list.loading} cancel={() => list.cancel()} />
          {list.problem ? (
            <ProblemBox problem={list.problem} retry={() => void list.load()} had={shown.items.length > 0} />
          ) : null}
          {list.cancelled ? (
            <div class="problem">
              <div class="problem-text">
                <strong>Cancelled</strong>
              </div>
              <button type="button" class="button" onClick={() => void list.load()}>
                Try again
              </button>
            </div>
          ) : null}
          <Notes summary={summary} kind="calls" />
          {empty ? <Empty summary={summary} pairs={pairs} set={set} page="logs" /> : null}
          <div class={`log-frame answer ${age} ${empty ? "is-empty" : ""}`}>
            {live.pending > 0 ? (
              <button type="button" class="pill" onClick={live.show}>
                <Icon name="up" />
                {count(live.pending)} new
              </button>
            ) : null}
            <LogTable
              list={shown}
              items={shown.items}
              columns={columns}
              zone={summary?.tz ?? valueOf(pairs, "tz") ?? "UTC"}
              selected={selected}
              fresh={live.fresh}
              setColumns={setColumns}
              onSelect={select}
              onScroll={live.onScroll}
            />
          </div>
        </div>
        {call === undefined ? null : (
          <CallPanel
            reference={call}
            pairs={pairs}
            zone={summary?.tz}
            set={set}
            step={step}
            close={() => commands.current.close()}
          />
        )}
      </main>
    </>
  );
}

const LIVE_LABELS: Record<TailState | "paused", string> = {
  connecting: "Connecting…",
  live: "Live",
  lost: "Reconnecting…",
  failed: "Stopped",
  paused: "Paused",
};

/** The list of the current request, and the previous list, which is shown until the current one has an answer. */
function useList(
  pairs: readonly Pair[],
  pointers: readonly string[],
  refresh: number,
): { list: LogList; old: LogList | undefined } {
  const request = requestOf(pairs);
  const key = JSON.stringify(request);
  const held = useRef<{ key: string; refresh: number; list: LogList; old: LogList | undefined }>();
  if (held.current?.key !== key || (held.current.refresh !== refresh && mayRefresh(held.current.list))) {
    const before = held.current;
    before?.list.cancel();
    const again = before === undefined ? keptList(key) : undefined;
    held.current = {
      key,
      refresh,
      list: again ?? new LogList(request, pointers),
      old: before?.list.summary ? before.list : before?.old,
    };
    if (before && before.key === key) held.current.list.selected = before.list.selected;
  }
  const { list, old } = held.current;
  useLayoutEffect(() => {
    keepList(key, list);
    if (list.summary === undefined) void list.load();
  }, [list]);
  return { list, old };
}

/** A scrolled list and one with selected text are not refreshed, so that rows don't move. */
function mayRefresh(list: LogList): boolean {
  return list.scrollTop === 0 && (getSelection()?.isCollapsed ?? true);
}

interface Live {
  on: boolean;
  possible: boolean;
  state: TailState | "paused";
  pending: number;
  fresh: ReadonlySet<string>;
  toggle: () => void;
  show: () => void;
  onScroll: (top: number) => void;
}

function useLive(
  pairs: readonly Pair[],
  pointers: readonly string[],
  list: LogList,
  set: (pairs: Pair[], replace?: boolean) => void,
): Live {
  const possible = endsNow(periodOf(pairs)) && valueOf(pairs, "order") !== "oldest";
  const on = valueOf(pairs, "live") !== undefined && possible;
  const [state, setState] = useState<TailState>("connecting");
  const [pending, setPending] = useState<Item[]>([]);
  const [fresh, setFresh] = useState<ReadonlySet<string>>(new Set());
  const waiting = useRef<Item[]>([]);
  const top = useRef(0);
  const running = useRef<Tail>();
  const target = useRef(list);
  target.current = list;

  const paused = (): boolean =>
    top.current > 4 || !(getSelection()?.isCollapsed ?? true) || target.current.summary === undefined;
  const hand = (): void => {
    const items = waiting.current;
    if (items.length === 0) return;
    waiting.current = [];
    setPending([]);
    // LOGS and FOLLOW overlap by the calls that arrived between the two requests.
    const known = new Set(target.current.items.slice(0, 2000).map((item) => item.ref));
    const news = items.filter((item) => !known.has(item.ref));
    setFresh(new Set(news.map((item) => item.ref)));
    if (news.length > 0) target.current.prepend(news);
  };

  useEffect(() => {
    if (!on) return;
    const tail = new Tail(
      pairs,
      pointers,
      (items) => {
        waiting.current = [...items, ...waiting.current].slice(0, MOST_ROWS);
        if (paused()) setPending(waiting.current);
        else hand();
      },
      (ref, row) => target.current.addValues(ref, row),
      (next, message) => {
        setState(next);
        if (next === "failed") say(message ?? "The live tail ended");
      },
      () => void target.current.restart(),
    );
    running.current = tail;
    const selection = (): void => {
      if (!paused()) hand();
    };
    document.addEventListener("selectionchange", selection);
    return () => {
      document.removeEventListener("selectionchange", selection);
      tail.close();
      running.current = undefined;
      waiting.current = [];
      setPending([]);
    };
  }, [on, list, JSON.stringify(filtersOf(pairs))]);
  useEffect(() => running.current?.setPointers(pointers), [pointers]);

  return {
    on,
    possible,
    state: pending.length > 0 && state === "live" ? "paused" : state,
    pending: pending.length,
    fresh,
    toggle: () => {
      if (possible) set(withValue(pairs, "live", on ? undefined : "1"), true);
    },
    show: () => {
      getSelection()?.removeAllRanges();
      document.querySelector(".log-scroller")?.scrollTo({ top: 0 });
      top.current = 0;
      hand();
    },
    onScroll: (position) => {
      top.current = position;
      if (position <= 4 && waiting.current.length > 0 && !paused()) hand();
    },
  };
}

/** The number of matching calls if counting them is cheap, otherwise the number of loaded ones. */
function Matching({ list, pairs, refresh }: { list: LogList; pairs: readonly Pair[]; refresh: number }) {
  const scope = scopeOf(pairs);
  const counted = filtersOf(pairs).every((filter) => COUNTED.has(filter.name));
  const [total, setTotal] = useState<{ key: string; calls: number }>();
  const key = JSON.stringify(scope);
  useEffect(() => {
    if (!counted) return;
    const controller = new AbortController();
    ask("activity", [["step", "1d"], ...scope], { signal: controller.signal }).then(
      (answer) => setTotal({ key, calls: answer.summary.calls ?? 0 }),
      () => undefined,
    );
    return () => controller.abort();
  }, [key, counted, refresh]);
  const here = list.items.length;
  const whole = list.summary !== undefined && list.next === undefined;
  const known = counted && total?.key === key ? Math.max(total.calls, here) : whole ? here : undefined;
  return (
    <p class="matching" aria-live="polite">
      {list.summary === undefined && here === 0
        ? "\u00a0"
        : known !== undefined
          ? `${count(known)} ${known === 1 ? "call" : "calls"}`
          : `${count(here)}+ calls`}
      {list.full ? (
        <span class="faint"> · the first {count(MOST_ROWS)} are shown: narrow the filters, or export</span>
      ) : null}
    </p>
  );
}
