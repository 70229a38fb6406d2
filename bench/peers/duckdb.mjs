// DuckDB's engine. Rows are in the order of time, which its zone maps use; IDs have a table of their own, and both are
// indexed.

import { DuckDBInstance } from "@duckdb/node-api";

const THREADS = 2;

function text(value) {
  return `'${value.replaceAll("'", "''")}'`;
}

export async function duckdb(folder) {
  const instance = await DuckDBInstance.create(`${folder}/calls.duckdb`, { threads: String(THREADS) });
  const connection = await instance.connect();
  const run = async (sql) => (await connection.runAndReadAll(sql)).getRowsJson();
  const page = async (where) =>
    (await run(`SELECT call_id FROM calls WHERE ${where} ORDER BY ts DESC LIMIT 50`)).flat();
  return {
    version: async () => (await run("SELECT version()")).flat(),
    async load({ file }) {
      const member = (name) => `json_extract_string(line, '$.${name}')`;
      await run(`CREATE TABLE calls AS SELECT row_number() OVER () AS number, ${member("ts")}::TIMESTAMP AS ts,
        ${member("call_id")} AS call_id, ${member("account")} AS account, ${member("method")} AS method,
        ${member("endpoint")} AS endpoint, ${member("path")} AS path, ${member("status")}::USMALLINT AS status,
        ${member("revision")} AS revision, ${member("duration_ms")}::DOUBLE AS duration, line
        FROM read_csv(${text(file)}, columns = {'line': 'VARCHAR'}, delim = '\\x01', quote = '', escape = '',
          header = false, auto_detect = false, max_line_size = 4194304)`);
      await run(`CREATE TABLE ids AS SELECT number, unnest(json_extract_string(line, '$.ids.*[*]')) AS id FROM calls
        UNION ALL SELECT number, id FROM (SELECT number, unnest(json_extract_string(line, '$.ids.*')) AS id FROM calls)
        WHERE NOT starts_with(id, '[')`);
      await run("CREATE INDEX by_call ON calls (call_id)");
      await run("CREATE INDEX by_number ON calls (number)");
      await run("CREATE INDEX by_id ON ids (id)");
    },
    settle: () => run("CHECKPOINT"),
    bytes: async () => {
      const { statSync } = await import("node:fs");
      return [statSync(`${folder}/calls.duckdb`).size];
    },
    activity: ({ account }) =>
      run(`SELECT strftime(ts, '%Y-%m-%d') AS day, count(*)::INTEGER, count_if(status >= 400)::INTEGER FROM calls
        WHERE account = ${text(account)} GROUP BY day ORDER BY day`),
    endpoints: () =>
      run(`SELECT endpoint, count(*)::INTEGER, count_if(status >= 400)::INTEGER FROM calls
        GROUP BY endpoint ORDER BY endpoint`),
    failed: ({ account }) => page(`account = ${text(account)} AND status >= 400`),
    pair: ({ endpoint, status }) => page(`endpoint = ${text(endpoint)} AND status = ${status}`),
    call: async ({ id }) =>
      (await run(`SELECT call_id, line FROM calls WHERE call_id = ${text(id)}`)).map(([found]) => found),
    id: async ({ id }) =>
      (await run(`SELECT call_id FROM calls WHERE number IN (SELECT number FROM ids WHERE id = ${text(id)})
        ORDER BY ts DESC LIMIT 50`)).flat(),
    text: ({ text: part }) => page(`contains(line, ${text(part)})`),
  };
}
