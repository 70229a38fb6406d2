// Who is signed in, and the end of the session. Without a session there is nothing to show.

import { follow } from "../state/navigation";
import { urlOf, type Place } from "../state/place";
import { Popover } from "../ui/popover";
import type { SessionInfo } from "./session";
import { dispatch, signOut } from "./store";
import { useSession } from "./use_session";

export function AccountMenu() {
  const { info } = useSession();
  if (info?.state !== "signed-in") return null;
  const { name = "" } = info;
  return (
    <Popover label={name} icon="person" name="Your session" class="button-quiet account" align="right">
      {(close) => <Menu info={info} close={close} />}
    </Popover>
  );
}

const AUDIT: Place = { page: "audit", subject: "", pairs: [] };

function Menu({ info, close }: { info: SessionInfo; close: () => void }) {
  const { rights = [], accounts, recovery_codes: codes = 0 } = info;
  return (
    <div class="account-menu">
      <dl>
        <dt>Signed in as</dt>
        <dd>{info.name}</dd>
        <dt>You may read</dt>
        <dd>
          {rights.join(", ") || "nothing"}
          {accounts ? ` of ${accounts.join(", ")}` : ""}
        </dd>
        <dt>Second factor</dt>
        <dd>{info.second_factor ? `yes; ${codes} recovery codes are left` : "none, so bodies are hidden"}</dd>
      </dl>
      <hr />
      {rights.includes("admin") ? (
        <a
          class="button button-quiet"
          href={urlOf(AUDIT)}
          onClick={(event) => {
            close();
            follow(event, AUDIT);
          }}
        >
          Who was shown what (audit)
        </a>
      ) : null}
      <button
        type="button"
        class="button button-quiet"
        onClick={() => {
          close();
          dispatch({ type: "enrol-again" });
        }}
      >
        Set up an authenticator app…
      </button>
      <button type="button" class="button button-quiet" onClick={() => void signOut(true)}>
        End all sessions
      </button>
      <button type="button" class="button" data-first onClick={() => void signOut(false)}>
        Sign out
      </button>
    </div>
  );
}
