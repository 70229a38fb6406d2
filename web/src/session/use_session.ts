import { useEffect, useState } from "preact/hooks";
import type { SessionState } from "./session";
import { sessionState, subscribe } from "./store";

export function useSession(): SessionState {
  const [state, setState] = useState(sessionState);
  useEffect(() => {
    const update = (): void => setState(sessionState());
    update();
    return subscribe(update);
  }, []);
  return state;
}
