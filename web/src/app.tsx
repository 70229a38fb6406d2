// The frame around every page: its bar, and the keys that work everywhere.

import { useEffect, useLayoutEffect, useState } from "preact/hooks";
import { Activity } from "./activity/activity";
import { Audit } from "./audit/audit";
import { CallPage } from "./call/call_page";
import { Errors } from "./errors/errors";
import { Help, HelpDialog } from "./help";
import { Find, goFind } from "./logs/find";
import { Logs } from "./logs/logs";
import { AccountMenu } from "./session/account_menu";
import { run } from "./state/commands";
import { follow, navigate, place as here, usePlace } from "./state/navigation";
import { sharedScope, urlOf, valueOf, type Page, type Place } from "./state/place";
import { Boundary } from "./ui/boundary";
import { copyText } from "./ui/copy";
import { IconButton } from "./ui/icon_button";
import { Icon } from "./ui/icons";
import { Toast } from "./ui/toast";

const TABS: { page: Page; label: string }[] = [
  { page: "activity", label: "Activity" },
  { page: "logs", label: "Logs" },
  { page: "errors", label: "Errors" },
];

/** Of pages without a tab. */
const TITLES: Partial<Record<Page, string>> = { call: "Call", audit: "Audit", help: "Help" };

export function App() {
  const place = usePlace();
  const [help, setHelp] = useState(false);
  useKeys(() => setHelp(true));
  useEffect(() => {
    document.title = titleOf(place);
  }, [urlOf(place)]);
  const finding = place.page === "logs" && valueOf(place.pairs, "find") !== undefined;
  return (
    <>
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <header class="bar">
        <a
          class="brand"
          href="/activity"
          onClick={(event) => follow(event, { page: "activity", subject: "", pairs: [] })}
        >
          <span class="brand-mark" aria-hidden="true" />
          Fortnight
        </a>
        <nav class="nav" aria-label="Pages">
          {TABS.map(({ page, label }) => {
            const to: Place = { page, subject: "", pairs: sharedScope(place) };
            const current = place.page === page || (page === "logs" && place.page === "call");
            return (
              <a
                key={page}
                href={urlOf(to)}
                aria-current={current ? "page" : undefined}
                onClick={(event) => follow(event, to)}
              >
                {label}
              </a>
            );
          })}
        </nav>
        <FindBox />
        <div class="bar-end">
          <IconButton
            icon="refresh"
            class="button-quiet"
            label="Refresh"
            title="Refresh (r)"
            onClick={() => run("refresh")}
          />
          <IconButton
            icon="help"
            class="button-quiet"
            label="Help"
            title="Keys and help (?)"
            onClick={() => setHelp(true)}
          />
          <AccountMenu />
        </div>
      </header>
      <Boundary name={urlOf(place)}>
        {finding ? <Find place={place} /> : null}
        {place.page === "activity" ? <Activity place={place} /> : null}
        {place.page === "logs" && !finding ? <Logs place={place} /> : null}
        {place.page === "errors" ? <Errors place={place} /> : null}
        {place.page === "call" ? <CallPage place={place} /> : null}
        {place.page === "audit" ? <Audit place={place} /> : null}
        {place.page === "help" ? <Help /> : null}
      </Boundary>
      <HelpDialog open={help} close={() => setHelp(false)} />
      <Toast />
    </>
  );
}

function titleOf(place: Place): string {
  const tab = TABS.find((each) => each.page === place.page)?.label;
  return `${tab ?? TITLES[place.page]} · Fortnight`;
}

/** The search field. It accepts any pasted text. */
function FindBox() {
  const [text, setText] = useState("");
  const place = usePlace();
  const find = valueOf(place.pairs, "find");
  useEffect(() => setText(find?.replace(/\s+/g, " ") ?? ""), [find]);
  return (
    <form
      class="find"
      role="search"
      aria-label="Find a call"
      onSubmit={(event) => {
        event.preventDefault();
        goFind(text);
      }}
    >
      <Icon name="search" />
      <input
        type="search"
        id="find"
        class="input"
        aria-label="Find a call by pasted text"
        placeholder="Paste an ID, URL, cURL command or ticket"
        autocomplete="off"
        spellcheck={false}
        value={text}
        onInput={(event) => setText(event.currentTarget.value)}
        onPaste={(event) => {
          // The field would remove line ends, and join the words beside them.
          const pasted = event.clipboardData?.getData("text/plain") ?? "";
          if (!/[\r\n]/.test(pasted)) return;
          event.preventDefault();
          goFind(pasted);
        }}
      />
      <kbd aria-hidden="true">/</kbd>
    </form>
  );
}

const GO: Record<string, Page> = { a: "activity", l: "logs", e: "errors" };
/** The longest time between `g` and its second key. */
const CHORD_MS = 1200;

function useKeys(showHelp: () => void): void {
  // A layout effect runs before the first paint, so that no key is lost.
  useLayoutEffect(() => {
    let chord = 0;
    const listener = (event: KeyboardEvent): void => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
      const target = event.target as HTMLElement;
      if (document.querySelector("dialog[open]")) return;
      if (target.matches("input, textarea, select")) {
        if (event.key === "Escape") target.blur();
        return;
      }
      const inGroup = chord !== 0 && event.timeStamp - chord < CHORD_MS;
      chord = 0;
      const page = inGroup ? GO[event.key] : undefined;
      if (page) {
        navigate({ page, subject: "", pairs: sharedScope(here()) });
        event.preventDefault();
        return;
      }
      if (handleKey(event, target, showHelp, (at) => (chord = at))) event.preventDefault();
    };
    addEventListener("keydown", listener);
    return () => removeEventListener("keydown", listener);
  }, []);
}

/** Returns whether the key has a command. */
function handleKey(
  event: KeyboardEvent,
  target: HTMLElement,
  showHelp: () => void,
  setChord: (at: number) => void,
): boolean {
  const onControl = target.matches("button, a[href], [role=treeitem], [role=tab], summary");
  const inGrid = target.matches("[role=grid]");
  switch (event.key) {
    case "/":
      document.getElementById("find")?.focus();
      return true;
    case "?":
      showHelp();
      return true;
    case "g":
      setChord(event.timeStamp);
      return true;
    case "j":
      return run("down");
    case "k":
      return run("up");
    case "ArrowDown":
      return inGrid && run("down");
    case "ArrowUp":
      return inGrid && run("up");
    case "Enter":
      return !onControl && run("open");
    case "Escape":
      return run("close");
    case "[":
      return run("earlier");
    case "]":
      return run("later");
    case "r":
      return run("refresh");
    case "l":
      return run("live");
    case "x":
      return run("clear");
    case "c":
      if (!run("copy")) void copyText(location.href, "the link");
      return true;
    default:
      return false;
  }
}
