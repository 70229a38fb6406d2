// Shows the messages of copy.ts for a moment.

import { useEffect, useRef, useState } from "preact/hooks";
import { onMessage } from "./copy";

export function Toast() {
  const [text, setText] = useState("");
  const timer = useRef<ReturnType<typeof setTimeout>>();
  useEffect(() => {
    onMessage((message) => {
      setText(message);
      clearTimeout(timer.current);
      timer.current = setTimeout(() => setText(""), 2500);
    });
  }, []);
  return (
    <div class={`message-toast ${text ? "is-shown" : ""}`} role="status" aria-live="polite">
      {text}
    </div>
  );
}
