// The table of calls. Only rows in view have elements, which are reused while it scrolls.

import { Component } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { isPointer, clampWidth, type Column } from "../state/columns";
import { count } from "../format/text";
import { Cell, kindOf } from "./cells";
import { isMissed, type Item, type LogList } from "./log_list";

const ROW = 32;
/** On a phone a row has two lines. */
const TALL_ROW = 58;
const HEAD = 32;
/** Rows beyond those in view, above and below. */
const SPARE = 8;
/** The next page is requested when fewer rows than this remain below. */
const AHEAD = 120;

export interface LogTableProps {
  list: LogList;
  items: readonly Item[];
  columns: readonly Column[];
  zone: string;
  selected: string | undefined;
  fresh: ReadonlySet<string>;
  setColumns: (columns: Column[]) => void;
  onSelect: (index: number, open: boolean) => void;
  onScroll: (top: number) => void;
}

export function LogTable(props: LogTableProps) {
  const { list, items, columns } = props;
  const scroller = useRef<HTMLDivElement>(null);
  const narrow = useNarrow();
  const rowHeight = narrow ? TALL_ROW : ROW;
  const [view, setView] = useState({ first: 0, last: 40 });
  const onScroll = props.onScroll;

  const measure = (): void => {
    const element = scroller.current;
    if (!element) return;
    const first = Math.max(0, Math.floor(element.scrollTop / rowHeight) - SPARE);
    const last = Math.ceil((element.scrollTop + element.clientHeight) / rowHeight) + SPARE;
    setView((old) => (old.first === first && old.last === last ? old : { first, last }));
    list.scrollTop = element.scrollTop;
    onScroll(element.scrollTop);
    if (last + AHEAD > list.items.length) list.more();
  };

  useLayoutEffect(() => {
    if (scroller.current) scroller.current.scrollTop = list.scrollTop;
    measure();
  }, [list, rowHeight]);
  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    return () => observer.disconnect();
  }, [list, rowHeight]);
  // Scrolls the selected row into view.
  const selectedAt =
    props.selected === undefined ? -1 : items.findIndex((item) => item.ref === props.selected);
  useEffect(() => {
    const element = scroller.current;
    if (!element || selectedAt < 0) return;
    const top = selectedAt * rowHeight;
    const height = element.clientHeight - (narrow ? 0 : HEAD);
    if (top < element.scrollTop) element.scrollTop = top;
    else if (top + rowHeight > element.scrollTop + height) element.scrollTop = top + rowHeight - height;
  }, [props.selected, selectedAt]);

  const template = columns
    .map(({ name, width }) => {
      const kind = kindOf(name);
      if (width !== undefined) return `${width}px`;
      return kind.grows ? `minmax(${kind.width}px, 1fr)` : `${kind.width}px`;
    })
    .join(" ");
  const last = Math.min(view.last, items.length);
  const slots = view.last - view.first;
  const rows = [];
  for (let at = view.first; at < last; at++) {
    const item = items[at]!;
    rows.push(
      <Row
        key={at % slots}
        item={item}
        at={at}
        top={at * rowHeight}
        columns={columns}
        zone={props.zone}
        values={list.values.get(item.ref)}
        selected={item.ref === props.selected}
        fresh={props.fresh.has(item.ref)}
      />,
    );
  }

  const indexOf = (event: Event): number | undefined => {
    const row = (event.target as Element).closest<HTMLElement>("[data-at]");
    return row ? Number(row.dataset.at) : undefined;
  };
  return (
    <div
      class="log-scroller"
      ref={scroller}
      onScroll={measure}
      role="grid"
      aria-label="Calls"
      aria-rowcount={list.next === undefined ? items.length + 1 : -1}
      aria-colcount={columns.length}
      tabIndex={0}
      aria-activedescendant={selectedAt >= view.first && selectedAt < last ? `row-${selectedAt}` : undefined}
      onClick={(event) => {
        const at = indexOf(event);
        if (at === undefined || !getSelection()?.isCollapsed || (event.target as Element).closest("a"))
          return;
        props.onSelect(at, true);
      }}
    >
      <div class={`log-content ${narrow ? "is-narrow" : ""}`} style={{ "--columns": template }}>
        <Head {...props} />
        <div class="log-rows" role="rowgroup" style={{ height: `${items.length * rowHeight}px` }}>
          {rows}
        </div>
      </div>
    </div>
  );
}

interface RowProps {
  item: Item;
  at: number;
  top: number;
  columns: readonly Column[];
  zone: string;
  values: ReadonlyMap<string, string> | undefined;
  selected: boolean;
  fresh: boolean;
}

class Row extends Component<RowProps> {
  override shouldComponentUpdate(next: RowProps): boolean {
    const now = this.props;
    return (
      now.item !== next.item ||
      now.top !== next.top ||
      now.at !== next.at ||
      now.columns !== next.columns ||
      now.zone !== next.zone ||
      now.values !== next.values ||
      now.selected !== next.selected ||
      now.fresh !== next.fresh
    );
  }

  render({ item, at, top, columns, zone, values, selected, fresh }: RowProps) {
    const style = { transform: `translateY(${top}px)` };
    if (isMissed(item)) {
      return (
        <div class="log-row log-missed" role="row" aria-rowindex={at + 2} id={`row-${at}`} style={style}>
          <span role="gridcell" aria-colspan={columns.length}>
            {count(item.missed)} calls were skipped here, because they arrived faster than they could be shown
          </span>
        </div>
      );
    }
    const failed = item.status !== null && item.status >= 400;
    return (
      <div
        class={`log-row ${selected ? "is-selected" : ""} ${failed ? "is-failed" : ""} ${fresh ? "is-fresh" : ""}`}
        role="row"
        aria-rowindex={at + 2}
        aria-selected={selected}
        id={`row-${at}`}
        data-at={at}
        style={style}
      >
        {columns.map(({ name }) => (
          <span
            key={name}
            role="gridcell"
            class={`cell cell-${isPointer(name) ? "pointer" : name} ${kindOf(name).number ? "number" : ""}`}
          >
            <Cell row={item} name={name} zone={zone} values={values} />
          </span>
        ))}
      </div>
    );
  }
}

/**
 * The headings. Dragging one moves its column, and dragging its right edge resizes it. On that edge, arrow keys resize
 * the column, and Alt with arrow keys moves it.
 */
function Head({ columns, setColumns }: LogTableProps) {
  const [dragged, setDragged] = useState<number>();
  const move = (from: number, to: number): void => {
    if (from === to || to < 0 || to >= columns.length) return;
    const next = [...columns];
    const [column] = next.splice(from, 1);
    next.splice(to, 0, column!);
    setColumns(next);
  };
  const widen = (at: number, width: number): void => {
    setColumns(
      columns.map((column, other) => (other === at ? { ...column, width: clampWidth(width) } : column)),
    );
  };
  return (
    <div class="log-head" role="rowgroup">
      <div class="log-row log-head-row" role="row" aria-rowindex={1}>
        {columns.map((column, at) => {
          const kind = kindOf(column.name);
          return (
            <div
              key={column.name}
              role="columnheader"
              class={`cell head-cell ${kind.number ? "number" : ""} ${dragged === at ? "is-dragged" : ""}`}
              draggable
              onDragStart={(event) => {
                setDragged(at);
                event.dataTransfer?.setData("text/plain", column.name);
              }}
              onDragEnd={() => setDragged(undefined)}
              onDragOver={(event) => {
                if (dragged !== undefined) event.preventDefault();
              }}
              onDrop={(event) => {
                event.preventDefault();
                if (dragged !== undefined) move(dragged, at);
                setDragged(undefined);
              }}
            >
              <span class="head-label" title={column.name}>
                {kind.label}
              </span>
              <Resizer
                label={kind.label}
                width={column.width ?? kind.width}
                widen={(width) => widen(at, width)}
                move={(by) => move(at, at + by)}
              />
            </div>
          );
        })}
      </div>
    </div>
  );
}

function Resizer({
  label,
  width,
  widen,
  move,
}: {
  label: string;
  width: number;
  widen: (width: number) => void;
  move: (by: number) => void;
}) {
  const start = (event: PointerEvent): void => {
    event.preventDefault();
    event.stopPropagation();
    const handle = event.currentTarget as HTMLElement;
    const cell = handle.parentElement!;
    const before = cell.getBoundingClientRect().width;
    handle.setPointerCapture(event.pointerId);
    handle.classList.add("is-resizing");
    const shift = (moved: PointerEvent): void =>
      handle.style.setProperty("--shift", `${moved.clientX - event.clientX}px`);
    const end = (ended: PointerEvent): void => {
      handle.removeEventListener("pointermove", shift);
      handle.classList.remove("is-resizing");
      handle.style.removeProperty("--shift");
      if (ended.clientX !== event.clientX) widen(before + ended.clientX - event.clientX);
    };
    handle.addEventListener("pointermove", shift);
    handle.addEventListener("pointerup", end, { once: true });
  };
  return (
    <span
      class="resizer"
      role="separator"
      aria-orientation="vertical"
      aria-label={`Width of ${label}`}
      aria-valuenow={width}
      aria-valuemin={48}
      aria-valuemax={1200}
      tabIndex={0}
      draggable={false}
      onPointerDown={start}
      onDragStart={(event) => event.preventDefault()}
      onKeyDown={(event) => {
        const by = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
        if (by === 0) return;
        event.preventDefault();
        event.stopPropagation();
        if (event.altKey) move(by);
        else widen(width + by * 16);
      }}
    />
  );
}

function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(() => matchMedia("(max-width: 640px)").matches);
  useEffect(() => {
    const query = matchMedia("(max-width: 640px)");
    const listener = (): void => setNarrow(query.matches);
    query.addEventListener("change", listener);
    return () => query.removeEventListener("change", listener);
  }, []);
  return narrow;
}
