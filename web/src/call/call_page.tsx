// The page of one call, which links in tickets open.

import { useLayoutEffect } from "preact/hooks";
import type { Problem } from "../api/client";
import { onCommand } from "../state/commands";
import { follow, navigate } from "../state/navigation";
import { parsePlace, scopeOf, urlOf, valueOf, withValue, type Place } from "../state/place";
import { useZone } from "../state/zone";
import { AskedBox } from "../ui/asked";
import { Icon } from "../ui/icons";
import { CallView, type CallTab } from "./call_view";
import { withColumn, withOneMore } from "./call_panel";
import { useCall } from "./use_call";

export function CallPage({ place }: { place: Place }) {
  const { pairs } = place;
  const asked = useCall(place.subject);
  const logs: Place = { page: "logs", subject: "", pairs: scopeOf(pairs) };
  useLayoutEffect(() => onCommand("close", () => navigate(logs)), [urlOf(logs)]);
  const zone = useZone(pairs, asked.data?.row.account);
  return (
    <main class="page call-page" id="main">
      <p class="call-back">
        <a href={urlOf(logs)} onClick={(event) => follow(event, logs)}>
          <Icon name="left" />
          Logs
        </a>
      </p>
      {asked.problem && (asked.problem.status === 404 || asked.problem.status === 410) ? (
        <Gone problem={asked.problem} />
      ) : (
        <AskedBox asked={asked} empty={<div class="call-placeholder" />}>
          {(call) => (
            <CallView
              heading="h1"
              call={call}
              pairs={pairs}
              zone={zone}
              tab={(valueOf(pairs, "view") as CallTab | undefined) ?? "exchange"}
              setTab={(tab) =>
                navigate(
                  { ...place, pairs: withValue(pairs, "view", tab === "exchange" ? undefined : tab) },
                  { replace: true },
                )
              }
              addFilter={(filter) => navigate({ ...logs, pairs: withOneMore(logs.pairs, filter) })}
              addColumn={(name) => navigate({ ...logs, pairs: withColumn(logs.pairs, name) })}
            />
          )}
        </AskedBox>
      )}
    </main>
  );
}

export function Gone({ problem }: { problem: Problem }) {
  const dropped = problem.status === 410;
  const { search } = new URL(problem.counts ?? "/activity", location.origin);
  const counts: Place = { ...parsePlace("/activity", search), page: "activity" };
  return (
    <div class="empty">
      <h2>{dropped ? "This call is no longer kept" : "No such call"}</h2>
      <p>
        {dropped
          ? "Its day is past the retention period and was dropped. The counts of that day remain."
          : "No call has this reference. The link may be incomplete, or belong to another server."}
      </p>
      <p class="faint">{problem.message}</p>
      {dropped ? (
        <a class="button button-primary" href={urlOf(counts)} onClick={(event) => follow(event, counts)}>
          Show the counts
        </a>
      ) : null}
    </div>
  );
}
