// ClickHouse's engine, by chdb. The table is as for logs that are mostly read by account: sorted by account and time,
// a partition a day, Bloom filters on IDs, and the whole line with the codec.

import { Session } from "chdb";

const THREADS = 2;

function text(value) {
  return `'${value.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

export function clickhouse(folder, codec) {
  const session = new Session(folder);
  const run = (sql) => {
    const answer = session.query(sql, "JSONCompactEachRow");
    return answer
      .split("\n")
      .filter(Boolean)
      .map((row) => JSON.parse(row));
  };
  run(`SET max_threads = ${THREADS}, max_insert_threads = ${THREADS}`);
  const page = (where) => run(`SELECT call_id FROM calls WHERE ${where} ORDER BY ts DESC LIMIT 50`).flat();
  return {
    version: () => run("SELECT version()").flat(),
    load({ file }) {
      const kind = codec === "zstd" ? "ZSTD(1)" : "LZ4";
      run(`CREATE TABLE calls (
        ts DateTime64(6, 'UTC'), call_id String CODEC(${kind}), account LowCardinality(String),
        method LowCardinality(String), endpoint LowCardinality(String), path String CODEC(${kind}), status UInt16,
        revision LowCardinality(String), duration Float64 CODEC(${kind}), ids Array(String) CODEC(${kind}),
        line String CODEC(${kind}), INDEX by_call call_id TYPE bloom_filter(0.01) GRANULARITY 1,
        INDEX by_id ids TYPE bloom_filter(0.01) GRANULARITY 1
      ) ENGINE = MergeTree PARTITION BY toDate(ts) ORDER BY (account, ts)`);
      run(`INSERT INTO calls SELECT parseDateTime64BestEffort(JSONExtractString(line, 'ts'), 6, 'UTC'),
        JSONExtractString(line, 'call_id'), JSONExtractString(line, 'account'), JSONExtractString(line, 'method'),
        JSONExtractString(line, 'endpoint'), JSONExtractString(line, 'path'), JSONExtractUInt(line, 'status'),
        JSONExtractString(line, 'revision'), JSONExtractFloat(line, 'duration_ms'),
        arrayFlatten(arrayMap(id -> if(startsWith(id.2, '['), JSONExtract(id.2, 'Array(String)'),
          [JSONExtractString(id.2)]), JSONExtractKeysAndValuesRaw(line, 'ids'))), line
        FROM file(${text(file)}, 'LineAsString', 'line String')`);
    },
    settle: () => run("OPTIMIZE TABLE calls FINAL"),
    bytes: () => run("SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND table = 'calls'").flat(),
    activity: ({ account }) =>
      run(`SELECT toString(toDate(ts)) day, toUInt32(count()), toUInt32(countIf(status >= 400)) FROM calls
        WHERE account = ${text(account)} GROUP BY day ORDER BY day`),
    endpoints: () =>
      run(`SELECT endpoint, toUInt32(count()), toUInt32(countIf(status >= 400)) FROM calls
        GROUP BY endpoint ORDER BY endpoint`),
    failed: ({ account }) => page(`account = ${text(account)} AND status >= 400`),
    pair: ({ endpoint, status }) => page(`endpoint = ${text(endpoint)} AND status = ${status}`),
    call: ({ id }) => run(`SELECT call_id, line FROM calls WHERE call_id = ${text(id)}`).map(([found]) => found),
    id: ({ id }) => run(`SELECT call_id FROM calls WHERE has(ids, ${text(id)}) ORDER BY ts DESC LIMIT 50`).flat(),
    text: ({ text: part }) => page(`position(line, ${text(part)}) > 0`),
  };
}
