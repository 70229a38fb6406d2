// The data of the chart as a table, for screen readers and for copying.

import type { Bucket, Summary } from "../api/answers";
import { bucketTime, count, duration, percent } from "../format/text";
import { DataTable, numbers } from "../ui/data_table";
import { quantileName } from "./tiles";

export function BucketTable({
  buckets,
  summary,
  onOpen,
}: {
  buckets: readonly Bucket[];
  summary: Summary;
  onOpen: (index: number) => void;
}) {
  const quantiles = Object.keys(summary.quantiles ?? {});
  const previous = summary.previous !== undefined;
  const headings = [
    "Time",
    ...numbers("Calls", "Errors", "Error rate"),
    ...(previous ? numbers("Calls before", "Errors before") : []),
    ...numbers(...quantiles.map(quantileName)),
  ];
  return (
    <DataTable regionClass="bucket-table" label="Calls and errors by time" headings={headings}>
      {buckets.map((bucket, at) => {
        const { weekday, day, time } = bucketTime(bucket.t);
        return (
          <tr key={bucket.t}>
            <th scope="row">
              <button type="button" class="link" onClick={() => onOpen(at)}>
                {weekday} {day}
                {summary.step === "1d" ? "" : ` ${time}`}
              </button>
            </th>
            <td class="number">{count(bucket.calls)}</td>
            <td class="number">{count(bucket.errors)}</td>
            <td class="number">{percent(bucket.calls > 0 ? bucket.errors / bucket.calls : 0)}</td>
            {previous ? <td class="number">{count(bucket.previous_calls ?? 0)}</td> : null}
            {previous ? <td class="number">{count(bucket.previous_errors ?? 0)}</td> : null}
            {quantiles.map((name) => (
              <td key={name} class="number">
                {duration(bucket.quantiles?.[name])}
              </td>
            ))}
          </tr>
        );
      })}
    </DataTable>
  );
}
