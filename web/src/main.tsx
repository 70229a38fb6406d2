import { render } from "preact";
import { App } from "./app";
import { SessionGate } from "./session/gate";
import "./style/base.css";
import "./style/controls.css";
import "./style/filters.css";
import "./style/messages.css";
import "./style/activity.css";
import "./style/logs.css";
import "./style/call.css";
import "./style/session.css";

const root = document.getElementById("page");
if (root)
  render(
    <SessionGate>
      <App />
    </SessionGate>,
    root,
  );
