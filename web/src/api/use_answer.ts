// A hook that runs a request. The previous answer stays, marked stale, until the new one arrives.

import { useCallback, useLayoutEffect, useRef, useState } from "preact/hooks";
import { isAbort, Problem } from "./client";

export interface Asked<T> {
  /** The newest answer, possibly of an earlier request. */
  data: T | undefined;
  /** Whether `data` is the answer of an earlier request. */
  stale: boolean;
  loading: boolean;
  cancelled: boolean;
  problem: Problem | undefined;
  retry: () => void;
  cancel: () => void;
}

interface State<T> {
  key: string | undefined;
  data: T | undefined;
  dataKey: string | undefined;
  problem: Problem | undefined;
  cancelled: boolean;
}

/**
 * Runs a request whenever `key` changes, and cancels the previous one. While `key` is undefined, none runs. A change
 * of `refresh` repeats the request without marking its answer stale.
 */
export function useAnswer<T>(
  key: string | undefined,
  run: (signal: AbortSignal) => Promise<T>,
  refresh = 0,
): Asked<T> {
  const [state, setState] = useState<State<T>>({
    key: undefined,
    data: undefined,
    dataKey: undefined,
    problem: undefined,
    cancelled: false,
  });
  const [attempt, setAttempt] = useState(0);
  const controller = useRef<AbortController>();
  const runner = useRef(run);
  runner.current = run;

  // A layout effect sends the request a frame earlier.
  useLayoutEffect(() => {
    if (key === undefined) return;
    const mine = new AbortController();
    controller.current = mine;
    runner.current(mine.signal).then(
      (data) => {
        if (!mine.signal.aborted) setState({ key, data, dataKey: key, problem: undefined, cancelled: false });
      },
      (error: unknown) => {
        if (mine.signal.aborted && isAbort(error)) return;
        const problem = error instanceof Problem ? error : new Problem(0, String(error));
        setState((old) => ({ ...old, key, problem, cancelled: false }));
      },
    );
    return () => mine.abort();
  }, [key, attempt, refresh]);

  const retry = useCallback(() => {
    setState((old) => ({ ...old, key: undefined, problem: undefined, cancelled: false }));
    setAttempt((count) => count + 1);
  }, []);
  const cancel = useCallback(() => {
    controller.current?.abort();
    setState((old) => ({ ...old, key, problem: undefined, cancelled: true }));
  }, [key]);

  const settled = state.key === key;
  return {
    data: state.data,
    stale: state.dataKey !== key,
    loading: key !== undefined && !settled,
    cancelled: settled && state.cancelled,
    problem: settled ? state.problem : undefined,
    retry,
    cancel,
  };
}
