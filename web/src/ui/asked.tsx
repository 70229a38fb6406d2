// The state of a request around its answer: progress with a Cancel button, or an error with a retry button.

import type { ComponentChildren } from "preact";
import { useEffect, useState } from "preact/hooks";
import type { Asked } from "../api/use_answer";
import type { Problem } from "../api/client";
import { Icon } from "./icons";

export function ProblemBox({ problem, retry, had }: { problem: Problem; retry: () => void; had?: boolean }) {
  return (
    <div class="problem" role="alert">
      <Icon name="warning" />
      <div class="problem-text">
        <strong>{titleOf(problem)}</strong>
        <span>{problem.message}</span>
        {had ? <span class="faint">The previous answer is shown.</span> : null}
      </div>
      <button type="button" class="button" onClick={retry}>
        <Icon name="refresh" />
        Try again
      </button>
    </div>
  );
}

function titleOf({ status, code }: Problem): string {
  if (status === 0) return "No answer";
  if (status < 0) return "This part failed";
  if (status === 400) return "The request isn’t valid";
  if (status === 401 || status === 403) return "Not allowed";
  if (status === 404) return "Not found";
  if (status === 410) return "No longer kept";
  if (status === 422 || code === "limit") return "The request asks for too much";
  if (status === 429 || status === 503) return "The daemon is busy or stopping";
  return "The daemon could not answer";
}

/** Shows a thin bar after 150 ms, and a Cancel button after 1.2 s. */
export function Progress({ loading, cancel }: { loading: boolean; cancel: () => void }) {
  const [slow, setSlow] = useState(0);
  useEffect(() => {
    setSlow(0);
    if (!loading) return;
    const timers = [setTimeout(() => setSlow(1), 150), setTimeout(() => setSlow(2), 1200)];
    return () => timers.forEach(clearTimeout);
  }, [loading]);
  return (
    <div class={`progress ${loading && slow > 0 ? "is-shown" : ""}`} role="status">
      {loading && slow > 0 ? <span class="progress-bar" /> : null}
      {loading && slow > 1 ? (
        <span class="progress-cancel">
          Loading…
          <button type="button" class="button button-small" onClick={cancel}>
            Cancel
          </button>
        </span>
      ) : null}
    </div>
  );
}

/** `children` draw the data. While a newer request runs or after it failed, the old data stays, greyed out. */
export function AskedBox<T>(props: {
  asked: Asked<T>;
  children: (data: T) => ComponentChildren;
  empty?: ComponentChildren;
}) {
  const { asked } = props;
  const old = asked.data !== undefined && (asked.problem !== undefined || asked.cancelled);
  return (
    <>
      <Progress loading={asked.loading} cancel={asked.cancel} />
      {asked.problem ? (
        <ProblemBox problem={asked.problem} retry={asked.retry} had={asked.data !== undefined} />
      ) : null}
      {asked.cancelled ? (
        <div class="problem">
          <div class="problem-text">
            <strong>Cancelled</strong>
            {old ? <span class="faint">The previous answer is shown.</span> : null}
          </div>
          <button type="button" class="button" onClick={asked.retry}>
            <Icon name="refresh" />
            Try again
          </button>
        </div>
      ) : null}
      {asked.data !== undefined ? (
        <div class={`answer ${old ? "is-old" : asked.stale ? "is-stale" : ""}`} aria-busy={asked.loading}>
          {props.children(asked.data)}
        </div>
      ) : asked.problem || asked.cancelled ? null : (
        props.empty
      )}
    </>
  );
}
