// Help, as a page and as a dialog: the keys, and the syntax of filters.

import { useEffect, useRef } from "preact/hooks";

const KEYS: [keys: string[], what: string][] = [
  [["/"], "Go to the search field"],
  [["g", "a"], "Activity"],
  [["g", "l"], "Logs"],
  [["g", "e"], "Errors"],
  [["j"], "The call below"],
  [["k"], "The call above"],
  [["Enter"], "Open the selected call; press again for its own page"],
  [["Esc"], "Close the call, a menu or this help"],
  [["["], "Previous period; older call"],
  [["]"], "Next period; newer call"],
  [["l"], "Start or stop the live tail"],
  [["c"], "Copy the link of this call or page"],
  [["r"], "Refresh"],
  [["x"], "Clear filters and period"],
  [["?"], "This help"],
];

const TREE_KEYS: [keys: string[], what: string][] = [
  [["↑", "↓"], "Move to the next or previous value"],
  [["←", "→"], "Fold and unfold"],
  [["="], "Only calls with this value"],
  [["!"], "Only calls without this value"],
  [["+"], "Add it as a column"],
  [["y"], "Copy the value"],
  [["p"], "Copy its JSON pointer"],
];

const WORDS: [words: string, what: string][] = [
  ["a, b", "a or b"],
  ["*", "any text: *profiles*"],
  ["\\*", "a literal star"],
  ["failed, success, 4xx, 5xx, none", "groups of statuses"],
  ["/response/body/errors/code", "a JSON pointer; of an array, any element may match"],
];

function KeyList({ keys }: { keys: [string[], string][] }) {
  return (
    <dl class="keys">
      {keys.map(([each, what]) => (
        <div key={what}>
          <dt>
            {each.map((key) => (
              <kbd key={key}>{key}</kbd>
            ))}
          </dt>
          <dd>{what}</dd>
        </div>
      ))}
    </dl>
  );
}

function Content({ heading: Heading }: { heading: "h2" | "h3" }) {
  return (
    <div class="help-columns">
      <section>
        <Heading>Keys</Heading>
        <KeyList keys={KEYS} />
      </section>
      <section>
        <Heading>In the tree of a call</Heading>
        <KeyList keys={TREE_KEYS} />
        <Heading>In the chart</Heading>
        <KeyList
          keys={[
            [["←", "→"], "Choose a bar"],
            [["Enter"], "Its calls"],
          ]}
        />
        <Heading>Syntax of filters</Heading>
        <dl class="keys">
          {WORDS.map(([words, what]) => (
            <div key={words}>
              <dt class="mono">{words}</dt>
              <dd>{what}</dd>
            </div>
          ))}
        </dl>
      </section>
    </div>
  );
}

export function Help() {
  return (
    <main class="page help-page" id="main">
      <h1>Help</h1>
      <Content heading="h2" />
      <p class="faint">
        The URL of each page contains its whole state, as parameters of the query protocol. The same requests
        work in a terminal (<code>fortnight help</code>) and <a href="/api/v1/help">over HTTP</a>.
      </p>
    </main>
  );
}

export function HelpDialog({ open, close }: { open: boolean; close: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open) dialog.current?.showModal();
    else dialog.current?.close();
  }, [open]);
  return (
    <dialog
      class="help-dialog"
      ref={dialog}
      aria-label="Help"
      onClose={close}
      onClick={(event) => event.target === dialog.current && close()}
    >
      {open ? (
        <div class="help-content">
          <header class="card-header">
            <h2>Help</h2>
            <button type="button" class="button" onClick={close}>
              Close
            </button>
          </header>
          <Content heading="h3" />
        </div>
      ) : null}
    </dialog>
  );
}
