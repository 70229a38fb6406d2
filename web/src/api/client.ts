// Sends requests to the daemon. Answers are read as NDJSON, so that a truncated one is detected.

import type { Pair } from "../state/filters";
import { queryOf } from "../state/place";
import type { Summary } from "./answers";

/** The error of a request (RFC 9457). `status` is 0 if the daemon can't be reached. */
export class Problem extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly code = "",
    readonly parameter?: string,
    readonly nearest?: string,
    readonly counts?: string,
    readonly retryAfter?: number,
  ) {
    super(message);
  }

  /** Whether the same request may succeed later. */
  get passing(): boolean {
    return this.status === 0 || this.status === 503 || this.status === 429 || this.status >= 500;
  }
}

export interface Answer<Row> {
  rows: Row[];
  /** The received text of each row, if requested. */
  texts: string[];
  summary: Summary;
}

export interface AskOptions {
  signal?: AbortSignal | undefined;
  /** Keep the received text of each row. */
  texts?: boolean;
}

export function apiUrl(route: string, pairs: readonly Pair[]): string {
  const query = queryOf(pairs);
  return `/api/v1/${route}${query && `?${query}`}`;
}

let unidentified: () => void = () => undefined;

/** Sets what happens when a request needs an identity and has none. */
export function onUnidentified(listener: () => void): void {
  unidentified = listener;
}

/** A stream ended with an error whose reason the browser doesn't show: it may lack an identity. */
export function suspectIdentity(): void {
  unidentified();
}

async function send(url: string, request: RequestInit): Promise<Response> {
  let response: Response;
  try {
    response = await fetch(url, request);
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new Problem(0, "The daemon can’t be reached.");
  }
  if (!response.ok) throw await problemOf(response);
  return response;
}

/** A request whose answer is one JSON value; undefined if it has no body. */
export async function requestJson<T>(method: string, url: string, body?: unknown): Promise<T> {
  const request: RequestInit = { method, headers: { Accept: "application/json" } };
  if (body !== undefined) {
    request.body = JSON.stringify(body);
    request.headers = { ...request.headers, "Content-Type": "application/json" };
  }
  const response = await send(url, request);
  return (response.status === 204 ? undefined : await response.json()) as T;
}

export async function ask<Row>(
  route: string,
  pairs: readonly Pair[],
  options: AskOptions = {},
): Promise<Answer<Row>> {
  const request: RequestInit = { headers: { Accept: "application/x-ndjson" } };
  if (options.signal) request.signal = options.signal;
  try {
    return await readAnswer<Row>(await send(apiUrl(route, pairs), request), options.texts ?? false);
  } catch (error) {
    if (error instanceof Problem && error.status === 401) unidentified();
    throw error;
  }
}

async function readAnswer<Row>(response: Response, keepTexts: boolean): Promise<Answer<Row>> {
  const rows: Row[] = [];
  const texts: string[] = [];
  let text: string;
  try {
    text = await response.text();
  } catch (error) {
    if (isAbort(error)) throw error;
    throw new Problem(0, "The connection closed before the end of the answer.");
  }
  let at = 0;
  while (at < text.length) {
    let end = text.indexOf("\n", at);
    if (end < 0) end = text.length;
    const line = text.slice(at, end);
    at = end + 1;
    if (line.startsWith('{"ok":')) return { rows, texts, summary: (JSON.parse(line) as { ok: Summary }).ok };
    if (line.startsWith('{"error":'))
      throw problemFrom(500, (JSON.parse(line) as { error: ProblemBody }).error);
    if (line === "") continue;
    rows.push(JSON.parse(line) as Row);
    if (keepTexts) texts.push(line);
  }
  throw new Problem(0, "The answer was cut off.");
}

interface ProblemBody {
  status?: number;
  title?: string;
  detail?: string;
  message?: string;
  code?: string;
  parameter?: string;
  nearest?: string;
  counts?: string;
}

function problemFrom(status: number, body: ProblemBody, retryAfter?: number): Problem {
  const message = body.detail ?? body.message ?? body.title ?? `The daemon answered ${status}.`;
  return new Problem(
    body.status ?? status,
    message,
    body.code,
    body.parameter,
    body.nearest,
    body.counts,
    retryAfter,
  );
}

async function problemOf(response: Response): Promise<Problem> {
  const retryAfter = Number(response.headers.get("Retry-After")) || undefined;
  try {
    return problemFrom(response.status, (await response.json()) as ProblemBody, retryAfter);
  } catch {
    return new Problem(response.status, `The daemon answered ${response.status} ${response.statusText}.`);
  }
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

/** The members of the daemon's status that the page reads. */
export interface Status {
  id_kinds?: string[];
  version?: string;
  paused?: string | null;
  intake?: { calls?: number };
  retention?: { days?: number; first_kept?: string };
}
