// Shows the page to whoever may read, and the sign-in to others.

import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { SignIn } from "./sign_in";
import { checkSession } from "./store";
import { useSession } from "./use_session";

export function SessionGate({ children }: { children: ComponentChildren }) {
  const state = useSession();
  useEffect(() => void checkSession(), []);
  if (state.screen.kind === "loading") return null;
  if (state.screen.kind === "page") return <>{children}</>;
  return <SignIn state={state} />;
}
