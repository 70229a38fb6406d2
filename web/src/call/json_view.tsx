// A JSON tree that folds. Keys and values are shown as received. The row under the pointer or with the focus has
// buttons: they filter by its value, exclude it, add it as a column, and copy it or its pointer.

import type { ComponentChildren } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import { bytes, count } from "../format/text";
import { pointerOf, type Match } from "../json/pointer";
import { keyText, rawText, valueText, type JsonNode, type JsonTree } from "../json/tokenizer";
import { copyText } from "../ui/copy";
import { Icon } from "../ui/icons";
import { SafeText } from "../ui/safe_text";

/** The number of rows that are shown at first. Most calls have fewer. */
const OPEN_ROWS = 250;
/** The children that a container shows at first, and those that each click adds. */
const CHILDREN = 100;
const MORE_CHILDREN = 1000;
/** The characters of a long string that are shown at first. */
const STRING_HEAD = 1500;

export interface NodeActions {
  filter: (tree: JsonTree, node: JsonNode, negated: boolean) => void;
  addColumn: (pointer: string) => void;
}

interface VisibleRow {
  node: JsonNode;
  depth: number;
  /** If set, the row stands for this number of children of `node`, which aren't shown. */
  hidden?: number;
}

export interface JsonViewProps {
  tree: JsonTree;
  root: JsonNode;
  label: string;
  matches: readonly Match[];
  actions: NodeActions;
  /** Whether the root has a row. Otherwise only its children have rows. */
  withRoot?: boolean;
}

/** Limits the indentation, so that deep values stay on the page. */
function indent(depth: number): { "--depth": number } {
  return { "--depth": Math.min(depth, 24) };
}

function isContainer(node: JsonNode): boolean {
  return node.kind === "object" || node.kind === "array";
}

/** The containers that are open at first: breadth first, up to OPEN_ROWS, and those that contain a match. */
function openAtFirst(root: JsonNode, matches: readonly Match[]): Set<JsonNode> {
  const open = new Set<JsonNode>();
  let rows = 0;
  let level = [root];
  while (level.length > 0 && rows < OPEN_ROWS) {
    const next: JsonNode[] = [];
    for (const node of level) {
      if (!isContainer(node) || node.children.length === 0) continue;
      rows += Math.min(node.children.length, CHILDREN);
      if (rows > OPEN_ROWS && node !== root) break;
      open.add(node);
      next.push(...node.children.slice(0, CHILDREN));
    }
    level = next;
  }
  for (const match of matches) {
    for (let node = match.node.parent; node; node = node.parent) open.add(node);
  }
  return open;
}

export function JsonView({ tree, root, label, matches, actions, withRoot }: JsonViewProps) {
  const initial = useMemo(() => openAtFirst(root, matches), [root, matches]);
  const [toggled, setToggled] = useState<ReadonlySet<JsonNode>>(new Set());
  const [shown, setShown] = useState<ReadonlyMap<JsonNode, number>>(new Map());
  const [longer, setLonger] = useState<ReadonlySet<JsonNode>>(new Set());
  const [active, setActive] = useState<JsonNode>();
  const list = useRef<HTMLDivElement>(null);
  const marked = useMemo(() => new Map(matches.map((match) => [match.node, match])), [matches]);

  const isOpen = (node: JsonNode): boolean => initial.has(node) !== toggled.has(node);
  const toggle = (node: JsonNode): void => {
    const next = new Set(toggled);
    if (!next.delete(node)) next.add(node);
    setToggled(next);
  };

  const rows: VisibleRow[] = [];
  const pending: VisibleRow[] = [{ node: root, depth: 0 }];
  const base = withRoot || !isContainer(root) ? 0 : -1;
  while (pending.length > 0) {
    const row = pending.pop()!;
    if (row.hidden !== undefined || row.node !== root || base === 0) rows.push(row);
    if (
      row.hidden !== undefined ||
      !isContainer(row.node) ||
      !(row.node === root && base < 0 ? true : isOpen(row.node))
    )
      continue;
    const most = shown.get(row.node) ?? CHILDREN;
    const { children } = row.node;
    const depth = row.node === root && base < 0 ? 0 : row.depth + 1;
    if (children.length > most) pending.push({ node: row.node, depth, hidden: children.length - most });
    for (let at = Math.min(children.length, most) - 1; at >= 0; at--)
      pending.push({ node: children[at]!, depth });
  }

  const focusRow = (at: number): void => {
    const row = rows[at];
    if (!row) return;
    setActive(row.node);
    list.current?.querySelectorAll<HTMLElement>("[role=treeitem]")[at]?.focus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const at = rows.findIndex((row) => row.node === active && row.hidden === undefined);
    const node = rows[at]?.node;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (!(event.target as Element).matches("[role=treeitem]")) return;
    if (event.key === "ArrowDown") focusRow(Math.min(rows.length - 1, at + 1));
    else if (event.key === "ArrowUp") focusRow(Math.max(0, at - 1));
    else if (!node) return;
    else if (event.key === "ArrowRight" && isContainer(node)) {
      if (!isOpen(node)) toggle(node);
      else focusRow(at + 1);
    } else if (event.key === "ArrowLeft") {
      if (isContainer(node) && isOpen(node)) toggle(node);
      else focusRow(rows.findIndex((row) => row.node === node.parent && row.hidden === undefined));
    } else if (event.key === "Enter" && isContainer(node)) toggle(node);
    else if (event.key === "=") actions.filter(tree, node, false);
    else if (event.key === "!") actions.filter(tree, node, true);
    else if (event.key === "+") actions.addColumn(pointerOf(tree, node, true));
    else if (event.key === "y") void copyText(valueText(tree, node), "the value");
    else if (event.key === "p") void copyText(pointerOf(tree, node), "the pointer");
    else return;
    event.preventDefault();
    event.stopPropagation();
  };

  if (rows.length === 0) return <p class="json-empty faint mono">{root.kind === "array" ? "[]" : "{}"}</p>;
  const first = rows.findIndex((row) => row.hidden === undefined);
  const hasActive = rows.some((row) => row.node === active && row.hidden === undefined);
  return (
    <div class="json" role="tree" aria-label={label} ref={list} onKeyDown={onKeyDown}>
      {rows.map((row, at) =>
        row.hidden === undefined ? (
          <JsonRow
            key={`${row.node.start}:${row.node.keyStart}`}
            tree={tree}
            row={row}
            named={row.node !== root || withRoot === true}
            open={isContainer(row.node) ? isOpen(row.node) : undefined}
            active={row.node === active}
            stop={row.node === active || (!hasActive && at === first)}
            match={marked.get(row.node)}
            long={longer.has(row.node)}
            actions={actions}
            activate={() => setActive(row.node)}
            toggle={() => toggle(row.node)}
            lengthen={() => setLonger(new Set(longer).add(row.node))}
          />
        ) : (
          <div
            key={`more:${row.node.start}`}
            class="json-row json-more"
            role="treeitem"
            tabIndex={-1}
            aria-level={row.depth + 1}
            style={indent(row.depth)}
          >
            <button
              type="button"
              class="link"
              onClick={() =>
                setShown(new Map(shown).set(row.node, (shown.get(row.node) ?? CHILDREN) + MORE_CHILDREN))
              }
            >
              Show {count(Math.min(row.hidden, MORE_CHILDREN))} more of {count(row.hidden)}
            </button>
          </div>
        ),
      )}
    </div>
  );
}

interface JsonRowProps {
  tree: JsonTree;
  row: VisibleRow;
  /** Whether the row shows its key. */
  named: boolean;
  open: boolean | undefined;
  active: boolean;
  stop: boolean;
  match: Match | undefined;
  long: boolean;
  actions: NodeActions;
  activate: () => void;
  toggle: () => void;
  lengthen: () => void;
}

function JsonRow({
  tree,
  row,
  named,
  open,
  active,
  stop,
  match,
  long,
  actions,
  activate,
  toggle,
  lengthen,
}: JsonRowProps) {
  const { node, depth } = row;
  const key = !named
    ? ""
    : node.keyStart >= 0
      ? tree.text.slice(node.keyStart, node.keyEnd)
      : node.parent
        ? String(node.index)
        : "";
  const isKey = node.keyStart >= 0;
  const duplicate =
    isKey &&
    node.parent!.children.length < 2000 &&
    node.parent!.children.some(
      (other) => other.index < node.index && keyText(tree, other) === keyText(tree, node),
    );
  return (
    <div
      class={`json-row ${active ? "is-active" : ""} ${match ? "is-match" : ""}`}
      role="treeitem"
      aria-level={depth + 1}
      aria-expanded={open}
      aria-selected={active}
      tabIndex={stop ? 0 : -1}
      style={indent(depth)}
      onMouseEnter={activate}
      onFocus={activate}
    >
      {open === undefined ? null : (
        <button
          type="button"
          class={`json-fold ${open ? "is-open" : ""}`}
          tabIndex={-1}
          aria-hidden="true"
          onClick={toggle}
        >
          <Icon name="right" />
        </button>
      )}
      {key === "" ? null : (
        <span class={isKey ? "json-key" : "json-index"}>
          <SafeText text={isKey ? key.slice(1, -1) : key} highlight={match?.inKey ? match.text : undefined} />
          <span class="json-colon">:</span>
        </span>
      )}
      <Value
        tree={tree}
        node={node}
        open={open}
        long={long}
        highlight={match && !match.inKey ? match.text : undefined}
        lengthen={lengthen}
        toggle={toggle}
      />
      {duplicate ? (
        <span class="json-note" title="Filters use the first member with this key">
          duplicate key
        </span>
      ) : null}
      {active ? <RowActions tree={tree} node={node} actions={actions} /> : null}
    </div>
  );
}

function Value({
  tree,
  node,
  open,
  long,
  highlight,
  lengthen,
  toggle,
}: {
  tree: JsonTree;
  node: JsonNode;
  open: boolean | undefined;
  long: boolean;
  highlight: string | undefined;
  lengthen: () => void;
  toggle: () => void;
}) {
  if (open !== undefined) {
    const size = node.children.length;
    const text =
      node.kind === "array"
        ? size === 0
          ? "[]"
          : `[ ${count(size)} ]`
        : size === 0
          ? "{}"
          : `{ ${count(size)} }`;
    return (
      <button type="button" class="json-size" tabIndex={-1} onClick={toggle} disabled={size === 0}>
        {text}
      </button>
    );
  }
  const length = node.end - node.start;
  const cut = !long && length > STRING_HEAD;
  const from = cut && highlight ? startOf(tree, node, highlight) : node.start;
  const raw = cut ? tree.text.slice(from, Math.min(node.end, from + STRING_HEAD)) : rawText(tree, node);
  const redacted = raw === '"[redacted]"';
  return (
    <span
      class={`json-value json-${redacted ? "redacted" : node.kind}`}
      title={redacted ? "Removed before it was stored" : undefined}
    >
      {from > node.start ? "… " : ""}
      <SafeText text={raw} highlight={highlight} />
      {cut ? (
        <button type="button" class="link" onClick={lengthen}>
          … show all of {bytes(length)}
        </button>
      ) : null}
    </span>
  );
}

/** The start of the shown part of a long string, chosen so that it contains the match. */
function startOf(tree: JsonTree, node: JsonNode, highlight: string): number {
  const found = tree.text.indexOf(highlight, node.start);
  return found < 0 || found >= node.end || found - node.start < STRING_HEAD / 2
    ? node.start
    : found - STRING_HEAD / 4;
}

function RowActions({ tree, node, actions }: { tree: JsonTree; node: JsonNode; actions: NodeActions }) {
  const scalar = !isContainer(node);
  const usable = scalar && rawText(tree, node) !== "null";
  return (
    <span class="json-actions">
      {usable ? (
        <>
          <RowAction
            label="Only calls with this value"
            shortcut="="
            run={() => actions.filter(tree, node, false)}
          >
            =
          </RowAction>
          <RowAction
            label="Only calls without this value"
            shortcut="!"
            run={() => actions.filter(tree, node, true)}
          >
            ≠
          </RowAction>
        </>
      ) : null}
      {scalar ? (
        <RowAction
          label="Add as a column"
          shortcut="+"
          run={() => actions.addColumn(pointerOf(tree, node, true))}
        >
          <Icon name="columns" />
        </RowAction>
      ) : null}
      <RowAction
        label="Copy the value"
        shortcut="y"
        run={() => void copyText(valueText(tree, node), "the value")}
      >
        <Icon name="copy" />
      </RowAction>
      <RowAction
        label="Copy the pointer"
        title={`Copy the pointer ${pointerOf(tree, node)}`}
        shortcut="p"
        class="json-pointer-button"
        run={() => void copyText(pointerOf(tree, node), "the pointer")}
      >
        /
      </RowAction>
    </span>
  );
}

interface RowActionProps {
  label: string;
  /** What the pointer shows, if more than the label. */
  title?: string;
  /** The key that does the same. */
  shortcut: string;
  class?: string;
  run: () => void;
  children: ComponentChildren;
}

function RowAction({ label, title = label, shortcut, class: className, run, children }: RowActionProps) {
  return (
    <button
      type="button"
      tabIndex={-1}
      class={className}
      title={`${title} (${shortcut})`}
      aria-label={label}
      onClick={run}
    >
      {children}
    </button>
  );
}
