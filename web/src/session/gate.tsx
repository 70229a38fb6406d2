// Shows the page to readers who have an identity, and the sign-in to others.

import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { SignIn } from "./sign_in";
import { checkSession } from "./store";
import { useSession } from "./use_session";

export function SessionGate({ children }: { children: ComponentChildren }) {
  const state = useSession();
  useEffect(() => void checkSession(), []);
  // Until the daemon has answered, the page is there too, so that no key is lost.
  const { kind } = state.screen;
  if (kind === "loading" || kind === "page") return <>{children}</>;
  return <SignIn state={state} />;
}
