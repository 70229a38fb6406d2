// Who is signed in, and which step of a sign-in the page shows. One state machine, without I/O:
//
//   password ─> code ─> new-password ─> enrol ─> codes ─> page
//       ^                                                  │
//       └──────────────── a request without identity ──────┘
//
// The daemon decides which steps a person needs. The place stays in the URL during all of them, so a reader comes
// back to it without any address to redirect to.

import type { Problem } from "../api/client";

/** The answer to `GET /api/v1/session` and to each step. */
export interface SessionInfo {
  required: boolean;
  state: "signed-out" | "factor" | "new-password" | "enrol" | "signed-in";
  name?: string;
  rights?: string[];
  accounts?: string[] | null;
  second_factor?: boolean;
  recovery_codes?: number;
  fresh?: boolean;
  ends?: string;
  new_recovery_codes?: string[];
}

/** The secret of a new authenticator app. */
export interface Enrolment {
  secret: string;
  uri: string;
  /** Rows of the QR code: 1 is dark. */
  qr: string[];
}

export type Screen =
  | { kind: "loading" }
  | { kind: "page" }
  | { kind: "password"; ended: boolean }
  | { kind: "code"; recovery: boolean }
  | { kind: "new-password" }
  | { kind: "enrol"; enrolment: Enrolment | undefined; again: boolean }
  | { kind: "codes"; codes: string[] };

export interface SessionState {
  screen: Screen;
  /** What the daemon said last; undefined: nothing yet. */
  info: SessionInfo | undefined;
  busy: boolean;
  /** Why the last step was refused. */
  problem: string;
  /** Counts refusals, so that the same text is announced again. */
  refusals: number;
}

export type SessionEvent =
  /** The daemon said who is signed in. */
  | { type: "known"; info: SessionInfo }
  /** It couldn't be asked: the page shows its own errors. */
  | { type: "unknown" }
  | { type: "sent" }
  | { type: "step"; info: SessionInfo }
  | { type: "refused"; problem: Pick<Problem, "code" | "message"> }
  | { type: "enrolment"; enrolment: Enrolment }
  | { type: "recovery"; use: boolean }
  /** The reader wants another authenticator app, or doesn't. */
  | { type: "enrol-again" }
  | { type: "cancel" }
  /** The recovery codes are saved. */
  | { type: "saved" }
  | { type: "signed-out" };

export const START: SessionState = {
  screen: { kind: "loading" },
  info: undefined,
  busy: false,
  problem: "",
  refusals: 0,
};

/** Whether the session that was there has ended, as far as the reader knew of one. */
function hasEnded(state: SessionState): boolean {
  return state.info?.state === "signed-in";
}

function screenOf(info: SessionInfo, before: SessionState): Screen {
  switch (info.state) {
    case "factor":
      return { kind: "code", recovery: false };
    case "new-password":
      return { kind: "new-password" };
    case "enrol":
      return { kind: "enrol", enrolment: undefined, again: false };
    case "signed-in":
      return { kind: "page" };
    default:
      return info.required ? { kind: "password", ended: hasEnded(before) } : { kind: "page" };
  }
}

/** Whether a sign-in is on the screen. An answer about the session then changes nothing. */
function isAtStep({ screen }: SessionState, info: SessionInfo): boolean {
  const steps: Record<SessionInfo["state"], Screen["kind"][]> = {
    "signed-out": ["password"],
    factor: ["code"],
    "new-password": ["new-password"],
    enrol: ["enrol"],
    "signed-in": ["enrol", "codes"],
  };
  return steps[info.state].includes(screen.kind);
}

export function next(state: SessionState, event: SessionEvent): SessionState {
  const settled = { ...state, busy: false, problem: "" };
  switch (event.type) {
    case "known":
      if (isAtStep(state, event.info)) return { ...state, info: event.info };
      return { ...settled, info: event.info, screen: screenOf(event.info, state) };
    case "unknown":
      return state.screen.kind === "loading" ? { ...settled, screen: { kind: "page" } } : state;
    case "sent":
      return { ...state, busy: true, problem: "" };
    case "step": {
      const { new_recovery_codes: codes, ...info } = event.info;
      const screen: Screen = codes ? { kind: "codes", codes } : screenOf(info, state);
      return { ...settled, info, screen };
    }
    case "refused": {
      const { code, message } = event.problem;
      const refused = { ...settled, problem: message, refusals: state.refusals + 1 };
      const over = code === "no-session" || code === "not-fresh";
      return over ? { ...refused, screen: { kind: "password", ended: code === "no-session" } } : refused;
    }
    case "enrolment":
      if (state.screen.kind !== "enrol") return settled;
      return { ...settled, screen: { ...state.screen, enrolment: event.enrolment } };
    case "recovery":
      if (state.screen.kind !== "code") return state;
      return { ...settled, screen: { kind: "code", recovery: event.use } };
    case "enrol-again":
      if (state.info?.state !== "signed-in") return state;
      return { ...settled, screen: { kind: "enrol", enrolment: undefined, again: true } };
    case "cancel":
      if (state.screen.kind !== "enrol" || !state.screen.again) return state;
      return { ...settled, screen: { kind: "page" } };
    case "saved":
      return state.screen.kind === "codes" ? { ...settled, screen: { kind: "page" } } : state;
    case "signed-out":
      return { ...settled, info: undefined, screen: { kind: "password", ended: false } };
  }
}
