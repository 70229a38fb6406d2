// A status code. A sign shows its class in addition to the colour: ● success, ▲ 4xx, ■ 5xx.

import { STATUS_WORDS } from "../format/text";

export function statusClass(status: number | null): string {
  if (status === null || status < 100) return "none";
  if (status < 400) return status < 300 ? "success" : "redirect";
  return status < 500 ? "client" : "server";
}

export function StatusBadge({ status, words }: { status: number | null; words?: boolean }) {
  const name = status === null ? "No status" : STATUS_WORDS[status];
  return (
    <span class={`status status-${statusClass(status)}`} title={words ? undefined : name}>
      <span class="status-code">{status ?? "–"}</span>
      {words && name ? <span class="status-words">{name}</span> : null}
    </span>
  );
}
