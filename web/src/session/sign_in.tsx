// The screens of a sign-in, one for each step.

import type { ComponentChildren } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { copyText } from "../ui/copy";
import { saveText } from "../ui/save";
import { Toast } from "../ui/toast";
import { Icon } from "../ui/icons";
import { QrCode } from "./qr_code";
import type { Enrolment, SessionState } from "./session";
import {
  beginEnrolment,
  confirmEnrolment,
  dispatch,
  giveCode,
  giveRecoveryCode,
  setPassword,
  signIn,
  signOut,
} from "./store";

const MIN_PASSWORD = 12;

export function SignIn({ state }: { state: SessionState }) {
  useEffect(() => {
    document.title = "Sign in · Fortnight";
  }, []);
  return (
    <main class="sign-in" id="main">
      <div class="sign-in-card card" key={state.screen.kind}>
        <p class="brand">
          <span class="brand-mark" aria-hidden="true" />
          Fortnight
        </p>
        <Step state={state} />
      </div>
      <Toast />
    </main>
  );
}

function Step({ state }: { state: SessionState }) {
  const { screen } = state;
  switch (screen.kind) {
    case "password":
      return <Password state={state} ended={screen.ended} />;
    case "code":
      return <Code state={state} recovery={screen.recovery} key={String(screen.recovery)} />;
    case "new-password":
      return <NewPassword state={state} />;
    case "enrol":
      return <Enrol state={state} enrolment={screen.enrolment} again={screen.again} />;
    case "codes":
      return <RecoveryCodes codes={screen.codes} />;
    default:
      return null;
  }
}

interface FormProps {
  state: SessionState;
  title: string;
  /** What the button says. */
  action: string;
  send: (values: Record<string, string>) => void;
  /** Why the values can't be sent; empty: they can. */
  check?: (values: Record<string, string>) => string;
  children: ComponentChildren;
  below?: ComponentChildren;
}

/** A form whose refusals are announced, and put the focus back into its first field. */
function Form({ state, title, action, send, check, children, below }: FormProps) {
  const form = useRef<HTMLFormElement>(null);
  const [wrong, setWrong] = useState("");
  const focus = (): void => form.current?.querySelector<HTMLInputElement>("input:not([hidden])")?.focus();
  useEffect(focus, [state.refusals]);
  const problem = wrong || state.problem;
  return (
    <>
      <h1>{title}</h1>
      <form
        ref={form}
        class="sign-in-form"
        onSubmit={(event) => {
          event.preventDefault();
          if (state.busy) return;
          const values = Object.fromEntries(
            [...new FormData(event.currentTarget)].map(([name, value]) => [name, String(value)]),
          );
          const found = check?.(values) ?? "";
          setWrong(found);
          if (found) focus();
          else send(values);
        }}
      >
        {children}
        <p class="sign-in-problem" role="alert" id="sign-in-problem">
          {problem ? (
            <>
              <Icon name="warning" />
              <span>{capital(problem)}.</span>
            </>
          ) : null}
        </p>
        <button type="submit" class="button button-primary" aria-busy={state.busy}>
          {state.busy ? "One moment…" : action}
        </button>
      </form>
      {below}
    </>
  );
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1).replace(/\.$/, "");
}

interface FieldProps {
  name: string;
  label: string;
  type?: "text" | "password";
  autocomplete: string;
  hint?: string;
  numeric?: boolean;
}

function Field({ name, label, type = "text", autocomplete, hint, numeric }: FieldProps) {
  const id = `sign-in-${name}`;
  return (
    <div class="sign-in-field">
      <label for={id}>{label}</label>
      <input
        id={id}
        class="input"
        name={name}
        type={type}
        required
        autocomplete={autocomplete}
        autocapitalize="none"
        spellcheck={false}
        maxLength={numeric ? 7 : 256}
        inputMode={numeric ? "numeric" : "text"}
        aria-describedby={hint ? `${id}-hint sign-in-problem` : "sign-in-problem"}
      />
      {hint ? (
        <p class="faint" id={`${id}-hint`}>
          {hint}
        </p>
      ) : null}
    </div>
  );
}

/** Managers of passwords store the new password under this name. */
function OwnName({ state }: { state: SessionState }) {
  return <input hidden readOnly name="own-name" autocomplete="username" value={state.info?.name ?? ""} />;
}

function Password({ state, ended }: { state: SessionState; ended: boolean }) {
  return (
    <Form
      state={state}
      title="Sign in"
      action="Continue"
      send={({ name = "", password = "" }) => void signIn(name, password)}
    >
      {ended && !state.problem ? (
        <p role="status">Your session has ended. Sign in to go on where you were.</p>
      ) : null}
      <Field name="name" label="Name" autocomplete="username" />
      <Field name="password" label="Password" type="password" autocomplete="current-password" />
    </Form>
  );
}

function StartAgain() {
  return (
    <button type="button" class="button button-quiet" onClick={() => void signOut(false)}>
      Sign in as somebody else
    </button>
  );
}

function Code({ state, recovery }: { state: SessionState; recovery: boolean }) {
  return (
    <Form
      state={state}
      title={recovery ? "Recovery code" : "Code of your authenticator app"}
      action="Sign in"
      send={({ code = "" }) => void (recovery ? giveRecoveryCode(code) : giveCode(code))}
      below={
        <div class="sign-in-below">
          <button
            type="button"
            class="button button-quiet"
            onClick={() => dispatch({ type: "recovery", use: !recovery })}
          >
            {recovery ? "Use the authenticator app" : "Use a recovery code"}
          </button>
          <StartAgain />
        </div>
      }
    >
      {recovery ? (
        <Field name="code" label="Recovery code" autocomplete="off" hint="Each code can be used once." />
      ) : (
        <Field
          name="code"
          label="Six digits"
          autocomplete="one-time-code"
          hint="Each code can be used once, and changes every 30 seconds."
          numeric
        />
      )}
    </Form>
  );
}

function NewPassword({ state }: { state: SessionState }) {
  return (
    <Form
      state={state}
      title="Choose a password"
      action="Continue"
      check={({ password = "", again = "" }) => {
        if (password.length < MIN_PASSWORD) return `a password has at least ${MIN_PASSWORD} characters`;
        return password === again ? "" : "the two passwords differ";
      }}
      send={({ password = "" }) => void setPassword(password)}
      below={
        <div class="sign-in-below">
          <StartAgain />
        </div>
      }
    >
      <OwnName state={state} />
      <p>You signed in with a one-time password. Choose your own, which nobody else knows.</p>
      <Field
        name="password"
        label="New password"
        type="password"
        autocomplete="new-password"
        hint={`At least ${MIN_PASSWORD} characters.`}
      />
      <Field name="again" label="The same again" type="password" autocomplete="new-password" />
    </Form>
  );
}

interface EnrolProps {
  state: SessionState;
  enrolment: Enrolment | undefined;
  again: boolean;
}

function Enrol({ state, enrolment, again }: EnrolProps) {
  useEffect(() => {
    if (!enrolment) void beginEnrolment();
  }, []);
  const leave = again ? (
    <button type="button" class="button button-quiet" onClick={() => dispatch({ type: "cancel" })}>
      Cancel
    </button>
  ) : (
    <StartAgain />
  );
  if (!enrolment) {
    return (
      <>
        <h1>Set up an authenticator app</h1>
        <p role={state.problem ? "alert" : "status"}>
          {state.problem ? `${capital(state.problem)}.` : "One moment…"}
        </p>
        <div class="sign-in-below">{leave}</div>
      </>
    );
  }
  return (
    <Form
      state={state}
      title="Set up an authenticator app"
      action="Confirm"
      send={({ code = "" }) => void confirmEnrolment(code)}
      below={<div class="sign-in-below">{leave}</div>}
    >
      <OwnName state={state} />
      <p>Scan this code with an app such as Aegis, FreeOTP or Google Authenticator.</p>
      <QrCode rows={enrolment.qr} label="QR code of the secret" />
      <div class="sign-in-secret">
        <span id="secret-label">Or type this secret into the app:</span>
        <code aria-labelledby="secret-label">{enrolment.secret.replace(/(.{4})(?=.)/g, "$1 ")}</code>
        <button
          type="button"
          class="button button-small"
          onClick={() => void copyText(enrolment.secret, "the secret")}
        >
          <Icon name="copy" />
          Copy the secret
        </button>
      </div>
      <Field name="code" label="Six digits that the app shows" autocomplete="one-time-code" numeric />
    </Form>
  );
}

function RecoveryCodes({ codes }: { codes: string[] }) {
  const [saved, setSaved] = useState(false);
  const title = useRef<HTMLHeadingElement>(null);
  useEffect(() => title.current?.focus(), []);
  const text = codes.join("\n") + "\n";
  return (
    <>
      <h1 ref={title} tabIndex={-1}>
        Recovery codes
      </h1>
      <p>
        Each of these signs you in once without the app, for example when you have lost your phone. They are
        shown only now.
      </p>
      <ol class="recovery-codes" aria-label="Recovery codes">
        {codes.map((code) => (
          <li key={code}>
            <code>{code}</code>
          </li>
        ))}
      </ol>
      <div class="sign-in-row">
        <button type="button" class="button" onClick={() => void copyText(text, "the recovery codes")}>
          <Icon name="copy" />
          Copy
        </button>
        <button
          type="button"
          class="button"
          onClick={() => saveText(text, "fortnight-recovery-codes.txt", "text/plain")}
        >
          <Icon name="export" />
          Download
        </button>
      </div>
      <label class="sign-in-check">
        <input type="checkbox" checked={saved} onChange={(event) => setSaved(event.currentTarget.checked)} />I
        have saved them
      </label>
      <button
        type="button"
        class="button button-primary"
        disabled={!saved}
        onClick={() => dispatch({ type: "saved" })}
      >
        Continue
      </button>
    </>
  );
}
