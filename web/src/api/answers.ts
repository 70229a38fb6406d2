// The rows and summaries of answers, as docs/protocol.md describes them.

export interface Summary {
  calls?: number;
  errors?: number;
  error_rate?: number;
  from?: string | null;
  to?: string | null;
  tz?: string;
  step?: string;
  complete?: boolean;
  damaged?: number;
  retained_from?: string;
  rejected?: number;
  basis?: "rollups" | "calls";
  quantiles?: Quantiles;
  late?: number;
  values_past_cap?: number;
  rounded?: boolean;
  previous?: Previous;
  next?: string;
  more?: boolean;
  values?: number;
  groups?: number;
  note?: string;
  nearest?: { ts: string; ref: string };
  tried?: number;
  tokens?: { token: string; kind: string; calls: number }[];
}

export interface Previous {
  calls?: number;
  errors?: number;
  error_rate?: number;
  from: string;
  to: string;
  days_before?: number;
  complete?: boolean;
}

export type Quantiles = Record<string, number | null>;

export interface CallRow {
  ts: string;
  account: string | null;
  account_name?: string;
  method: string | null;
  endpoint: string | null;
  path: string | null;
  status: number | null;
  revision: string | null;
  duration_ms: number | null;
  call_id: string | null;
  ids: Record<string, string[]>;
  source: string | null;
  ref: string;
  truncated?: boolean;
  values?: Record<string, unknown>;
  stage?: "submission" | "poll" | "error";
  matched?: { token: string; kind: string }[];
  side?: "before" | "after";
}

export interface Bucket {
  t: string;
  calls: number;
  errors: number;
  previous_calls?: number;
  previous_errors?: number;
  quantiles?: Quantiles;
}

export interface TopRow {
  account_name?: string;
  calls: number;
  errors: number;
  error_rate: number;
  past_cap?: boolean;
  [field: string]: unknown;
}

export interface ValueRow {
  value: string | number | null;
  calls: number;
  account_name?: string;
  past_cap?: boolean;
}

export interface ErrorGroup {
  endpoint: string | null;
  status: number | null;
  code: string | null;
  calls: number;
  accounts: number;
  first: string;
  last: string;
  first_ever?: string;
  call_id: string | null;
  ref: string | null;
  past_cap?: boolean;
  previous_calls?: number;
}
