// Calls with hostile content: markup, scripts, characters that reorder or control text, odd sizes and numbers.

/** The account of all of these calls, except one without fields. */
export const HOSTILE = "HOSTIL";

function call(at: number, members: Record<string, unknown>): string {
  return JSON.stringify({
    ts: new Date(at).toISOString(),
    account: HOSTILE,
    method: "POST",
    endpoint: "/api/hostile",
    path: "/api/hostile",
    status: 500,
    revision: "2026-10-15",
    duration_ms: 5,
    ...members,
  });
}

export const NODES = 100_000;

export function hostileCalls(now: number): string[] {
  const at = (seconds: number): number => now - 120_000 + seconds * 1000;
  const ts = (seconds: number): string => new Date(at(seconds)).toISOString();
  const script = "</script><script>alert(3)</script>";
  return [
    call(at(0), {
      call_id: "h-html",
      endpoint: "<img src=x onerror=alert(1)>",
      path: "/<script>alert(1)</script>",
      request: {
        headers: {
          "user-agent": "<b>bold</b>",
          authorization: "Bearer secret-token-1",
          x: '"><svg onload=alert(1)>',
        },
        body: { "<script>alert(2)</script>": script, note: "it's" },
      },
    }),
    call(at(1), {
      call_id: "h-bidi",
      endpoint: "/api/\u202egnp.exe",
      request: {
        headers: { n: "\u202eabc\u202c \u200bzero" },
        body: { "\u202ekey": "a\u0000b \u001b[31mred\u001b[0m" },
      },
    }),
    call(at(2), { call_id: "h-big", request: { body: { text: `${"x".repeat(900_000)}needle-at-the-end` } } }),
    call(at(3), {
      call_id: "h-nodes",
      response: { body: { list: Array.from({ length: NODES }, (_, each) => each % 10) } },
    }),
    `{"ts":"${ts(4)}","call_id":"h-numbers","account":"${HOSTILE}","method":"GET","endpoint":"/api/hostile",` +
      `"path":"/api/hostile","status":200,"duration_ms":1,"request":{"body":{"n":12345678901234567890,` +
      `"n":9007199254740993,"d":1.10,"e":1E+400,"z":-0,"s":"caf\\u00e9\\/","lone":"\\ud800x",` +
      `"deep":${"[".repeat(200)}1${"]".repeat(200)}}},"response":{"body":{"items":[{"sku":"A-1"},{"sku":"B-2"}]}}}`,
    `{"ts":"${ts(5)}","call_id":"h-nothing"}`,
    call(at(6), {
      call_id: "h-odd-ids",
      method: "M".repeat(80),
      endpoint: `/${"e".repeat(3000)}`,
      path: `/${"p".repeat(3000)}`,
      status: 999,
      duration_ms: 1e9,
      ids: { error_id: ["a,b", 'c"d', "e*f"], resource_id: "r 1/?&#%" },
    }),
    call(at(7), {
      call_id: "h-job-1",
      endpoint: "/api/hostile-jobs",
      status: 202,
      ids: { async_job_id: "job-of-the-tests" },
      request: { body: { email: "jo@example.com", kind: "import" } },
    }),
    call(at(8), {
      call_id: "h-job-2",
      method: "GET",
      endpoint: "/api/hostile-jobs/{id}",
      status: 200,
      ids: { async_job_id: "job-of-the-tests" },
    }),
    call(at(9), {
      call_id: "h-job-3",
      endpoint: "/api/hostile-jobs",
      status: 422,
      ids: { error_id: ["error-of-the-tests"], order_id: "order-of-the-tests" },
      request: { body: { email: "jo@", kind: "import" } },
      response: { body: { errors: [{ code: "invalid_email" }] } },
    }),
  ];
}
