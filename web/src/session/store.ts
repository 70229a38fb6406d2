// The session of this page, and the requests that change it.

import { onUnidentified, Problem, requestJson } from "../api/client";
import {
  next,
  START,
  type Enrolment,
  type SessionEvent,
  type SessionInfo,
  type SessionState,
} from "./session";

const ROUTE = "/api/v1/session";

let state: SessionState = START;
const listeners = new Set<() => void>();

export function sessionState(): SessionState {
  return state;
}

export function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export function dispatch(event: SessionEvent): void {
  state = next(state, event);
  for (const listener of [...listeners]) listener();
}

let checking: Promise<void> | undefined;

/** Asks the daemon who is signed in. Requests that lack an identity do so too. */
export function checkSession(): Promise<void> {
  checking ??= requestJson<SessionInfo>("GET", ROUTE)
    .then(
      (info) => dispatch({ type: "known", info }),
      () => dispatch({ type: "unknown" }),
    )
    .finally(() => (checking = undefined));
  return checking;
}

onUnidentified(() => void checkSession());

async function step<T>(run: () => Promise<T>, done: (answer: T) => SessionEvent): Promise<void> {
  dispatch({ type: "sent" });
  try {
    dispatch(done(await run()));
  } catch (error) {
    const problem = error instanceof Problem ? error : new Problem(0, String(error));
    dispatch({ type: "refused", problem });
    // Another tab may have taken the step, or ended the sign-in.
    if (problem.code === "wrong-step" || problem.code === "no-session") await checkSession();
  }
}

const stepped = (info: SessionInfo): SessionEvent => ({ type: "step", info });

function post(path: string, body: Record<string, string>): Promise<void> {
  return step(() => requestJson<SessionInfo>("POST", ROUTE + path, body), stepped);
}

export const signIn = (name: string, password: string): Promise<void> => post("", { name, password });
export const giveCode = (code: string): Promise<void> => post("/code", { code });
export const giveRecoveryCode = (code: string): Promise<void> => post("/code", { recovery_code: code });
export const setPassword = (password: string): Promise<void> => post("/password", { password });
export const confirmEnrolment = (code: string): Promise<void> => post("/confirmation", { code });

export function beginEnrolment(): Promise<void> {
  return step(
    () => requestJson<Enrolment>("POST", `${ROUTE}/enrolment`, {}),
    (enrolment) => ({ type: "enrolment", enrolment }),
  );
}

/** Ends this session, or all of the person. */
export function signOut(everywhere: boolean): Promise<void> {
  return step(
    () => requestJson<void>("DELETE", everywhere ? "/api/v1/sessions" : ROUTE),
    () => ({ type: "signed-out" }),
  );
}
