// Total calls, errors and error rate, each with its change since the compared period.

import type { Summary } from "../api/answers";
import { count, duration, percent } from "../format/text";

function Change({ now, before, worse }: { now: number; before: number | undefined; worse: boolean }) {
  if (before === undefined) return null;
  if (before === 0) return <span class="change faint">{now === 0 ? "as before" : "none before"}</span>;
  const change = (now - before) / before;
  const sign = change > 0 ? "+" : change < 0 ? "−" : "±";
  const bad = worse && change > 0.005;
  return (
    <span class={`change ${bad ? "is-worse" : "faint"}`}>
      {sign}
      {Math.abs(change) >= 10
        ? `${count(Math.round(Math.abs(change)))}×`
        : `${(Math.abs(change) * 100).toFixed(Math.abs(change) < 0.1 ? 1 : 0)} %`}
    </span>
  );
}

export function Tiles({ summary }: { summary: Summary }) {
  const { calls = 0, errors = 0, error_rate: rate = 0, previous, quantiles } = summary;
  return (
    <dl class="tiles">
      <div class="tile">
        <dt>Total calls</dt>
        <dd>
          <span class="tile-value">{count(calls)}</span>{" "}
          <Change now={calls} before={previous?.calls} worse={false} />
        </dd>
      </div>
      <div class="tile">
        <dt>
          <span class="swatch swatch-errors" />
          Errors
        </dt>
        <dd>
          <span class="tile-value">{count(errors)}</span>{" "}
          <Change now={errors} before={previous?.errors} worse />
        </dd>
      </div>
      <div class="tile">
        <dt>Error rate</dt>
        <dd>
          <span class="tile-value">{percent(rate)}</span>{" "}
          <Change now={rate} before={previous?.error_rate} worse />
        </dd>
      </div>
      {quantiles
        ? Object.entries(quantiles).map(([quantile, ms]) => (
            <div class="tile" key={quantile}>
              <dt>{quantileName(quantile)}</dt>
              <dd>
                <span class="tile-value">{duration(ms)}</span>
              </dd>
            </div>
          ))
        : null}
    </dl>
  );
}

export function quantileName(quantile: string): string {
  return quantile === "0.5" ? "Median" : `p${Number((Number(quantile) * 100).toFixed(3))}`;
}
