// One strip of the activity chart. All buckets have the same width. The daemon computes their edges, so that days of 23
// and 25 hours need no arithmetic here, and ranges are sent to it as its own `t` texts.

import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import uPlot from "uplot";
import "uplot/dist/uPlot.min.css";
import type { Bucket } from "../api/answers";
import { ticks } from "./chart_ticks";
import { bucketTime, compact, duration, percent } from "../format/text";

export type Strip = "calls" | "rate" | "latency";

export interface ChartProps {
  strip: Strip;
  buckets: readonly Bucket[];
  /** Whether buckets are whole days. */
  daily: boolean;
  previous: boolean;
  quantiles: readonly string[];
  height: number;
  /** Whether this strip draws the times below itself. */
  times: boolean;
  /** The bucket under the pointer or chosen by keyboard, for all strips. */
  cursor: number | undefined;
  onCursor: (index: number | undefined) => void;
  /** Buckets first to last were selected by dragging. */
  onZoom: (first: number, last: number) => void;
  /** The range was dragged by this many buckets, to the right if positive. */
  onPan: (buckets: number) => void;
  onOpen: (index: number) => void;
}

interface Colors {
  text: string;
  grid: string;
  calls: string;
  errors: string;
  previous: string;
  latency: string[];
  surface: string;
}

function colors(element: Element): Colors {
  const style = getComputedStyle(element);
  const read = (name: string): string => style.getPropertyValue(name).trim();
  return {
    text: read("--faint"),
    grid: read("--line"),
    calls: read("--bar"),
    errors: read("--error"),
    previous: read("--ghost"),
    latency: [read("--latency-1"), read("--latency-2"), read("--latency-3")],
    surface: read("--surface"),
  };
}

/** Diagonal lines, which distinguish errors from calls without colour. */
function hatch(color: string, surface: string): CanvasPattern | string {
  const size = 6 * devicePixelRatio;
  const canvas = document.createElement("canvas");
  canvas.width = canvas.height = size;
  const context = canvas.getContext("2d");
  if (!context) return color;
  context.fillStyle = color;
  context.fillRect(0, 0, size, size);
  context.strokeStyle = surface;
  context.lineWidth = 1.2 * devicePixelRatio;
  context.beginPath();
  for (const offset of [-size, 0, size]) {
    context.moveTo(offset, size);
    context.lineTo(offset + size, 0);
  }
  context.stroke();
  return context.createPattern(canvas, "repeat") ?? color;
}

export function Chart(props: ChartProps) {
  const host = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>();
  const latest = useRef(props);
  latest.current = props;

  useLayoutEffect(() => {
    const element = host.current;
    if (!element) return;
    const draw = (): void => {
      plot.current?.destroy();
      plot.current = makePlot(element, latest);
    };
    draw();
    const resized = new ResizeObserver(() => {
      if (plot.current && element.clientWidth > 0) {
        plot.current.setSize({ width: element.clientWidth, height: latest.current.height });
      }
    });
    resized.observe(element);
    const scheme = matchMedia("(prefers-color-scheme: dark)");
    scheme.addEventListener("change", draw);
    return () => {
      resized.disconnect();
      scheme.removeEventListener("change", draw);
      plot.current?.destroy();
      plot.current = undefined;
    };
  }, [props.buckets, props.strip, props.previous, props.quantiles.join(), props.height, props.times]);

  useEffect(() => {
    const chart = plot.current;
    if (!chart) return;
    const at = props.cursor;
    if (at === undefined) chart.setCursor({ left: -10, top: -10 }, false);
    else chart.setCursor({ left: Math.round(chart.valToPos(at, "x")), top: 1 }, false);
  }, [props.cursor]);

  return <div class="strip" ref={host} style={{ height: `${props.height}px` }} aria-hidden="true" />;
}

function makePlot(element: HTMLElement, props: { current: ChartProps }): uPlot {
  const { strip, buckets, daily, previous, quantiles, height, times } = props.current;
  const color = colors(element);
  const width = element.clientWidth || 600;
  const font = `11px ${getComputedStyle(element).fontFamily}`;
  const indices = buckets.map((_, at) => at);
  const bars = (share: number): uPlot.Series.PathBuilder =>
    uPlot.paths.bars!({ size: [share, 48, 1], gap: 0, radius: [0.12, 0] });
  const series: uPlot.Series[] = [{}];
  const data: (number | null)[][] = [indices];

  if (strip === "calls") {
    series.push({ scale: "y", paths: bars(0.82), fill: color.calls, points: { show: false } });
    data.push(buckets.map((bucket) => bucket.calls));
    series.push({
      scale: "y",
      paths: bars(0.82),
      fill: () => hatch(color.errors, color.surface),
      points: { show: false },
    });
    data.push(buckets.map((bucket) => bucket.errors || null));
    if (previous) {
      series.push({
        scale: "y",
        paths: uPlot.paths.linear!(),
        stroke: color.previous,
        width: 1.5,
        dash: [4, 3],
        points: { show: false },
      });
      data.push(buckets.map((bucket) => bucket.previous_calls ?? null));
    }
  } else if (strip === "rate") {
    series.push({
      scale: "y",
      paths: uPlot.paths.linear!(),
      stroke: color.errors,
      width: 1.5,
      points: { show: buckets.length < 3, size: 5 },
    });
    data.push(buckets.map((bucket) => (bucket.calls > 0 ? bucket.errors / bucket.calls : null)));
  } else {
    const dashes = [[], [6, 3], [2, 3]];
    for (const [at, quantile] of quantiles.entries()) {
      series.push({
        scale: "y",
        paths: uPlot.paths.linear!(),
        stroke: color.latency[at % 3]!,
        dash: dashes[at % 3]!,
        width: 1.5,
        points: { show: buckets.length < 3, size: 5 },
      });
      data.push(buckets.map((bucket) => bucket.quantiles?.[quantile] ?? null));
    }
  }

  const marks = ticks(buckets, daily, Math.max(2, Math.floor(width / (daily ? 72 : 64))));
  const label = (at: number): string => {
    const bucket = buckets[at];
    if (!bucket) return "";
    const { day, time } = bucketTime(bucket.t);
    return daily || time === "00:00" ? day : time;
  };
  const value = (number: number): string =>
    strip === "rate" ? percent(number) : strip === "latency" ? duration(number) : compact(number);

  const options: uPlot.Options = {
    width,
    height,
    padding: [8, 16, times ? 0 : 7, 0],
    legend: { show: false },
    scales: {
      x: { time: false, range: () => [-0.5, Math.max(0.5, buckets.length - 0.5)] },
      y: { range: (_, __, most) => [0, most > 0 ? most * 1.06 : 1] },
    },
    axes: [
      {
        show: times,
        size: 26,
        gap: 6,
        font,
        stroke: color.text,
        splits: () => marks,
        values: (_, splits) => splits.map((at) => label(at)),
        grid: { show: false },
        ticks: { show: false },
      },
      {
        scale: "y",
        size: 52,
        gap: 6,
        font,
        stroke: color.text,
        space: strip === "calls" ? 44 : 28,
        values: (_, splits) => splits.map(value),
        incrs:
          strip === "calls"
            ? [
                1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 2e6,
                5e6, 1e7, 2e7, 5e7, 1e8,
              ]
            : undefined!,
        grid: { stroke: color.grid, width: 1 },
        ticks: { show: false },
      },
    ],
    series,
    cursor: {
      y: false,
      points: { show: strip !== "calls" },
      drag: { x: true, y: false, setScale: false, dist: 6 },
      bind: {
        mousedown: (_, __, handler) => (event) => {
          if (event.shiftKey && event.button === 0) {
            startPan(event, buckets.length, element, props);
            return null;
          }
          handler(event);
          return null;
        },
        dblclick: () => () => null,
      },
    },
    hooks: {
      setCursor: [
        (chart) => {
          const index = chart.cursor.idx;
          // Only the pointer moves the shared cursor. setCursor() calls this hook too.
          if ((chart.cursor.left ?? -1) >= 0 && index !== null && index !== undefined)
            props.current.onCursor(index);
        },
      ],
      setSelect: [
        (chart) => {
          const { left, width: span } = chart.select;
          if (span <= 0) return;
          const most = buckets.length - 1;
          const at = (position: number): number =>
            Math.min(most, Math.max(0, Math.round(chart.posToVal(position, "x"))));
          const [first, last] = [at(left), at(left + span)];
          chart.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
          props.current.onZoom(first, last);
        },
      ],
    },
  };
  if (strip !== "calls") delete (options.axes![1] as { incrs?: unknown }).incrs;
  const chart = new uPlot(options, data as uPlot.AlignedData, element);
  let pressed: number | undefined;
  chart.over.addEventListener("mousedown", (event) => (pressed = event.shiftKey ? undefined : event.clientX));
  chart.over.addEventListener("mouseleave", () => props.current.onCursor(undefined));
  chart.over.addEventListener("click", (event) => {
    if (pressed === undefined || Math.abs(event.clientX - pressed) > 5) return;
    const box = chart.over.getBoundingClientRect();
    const index = Math.round(chart.posToVal(event.clientX - box.left, "x"));
    if (index >= 0 && index < buckets.length) props.current.onOpen(index);
  });
  return chart;
}

function startPan(
  start: MouseEvent,
  buckets: number,
  element: HTMLElement,
  props: { current: ChartProps },
): void {
  const over = element.querySelector<HTMLElement>(".u-over");
  if (!over || buckets === 0) return;
  over.classList.add("is-panning");
  const width = over.clientWidth / buckets;
  const canvas = element.querySelector<HTMLElement>("canvas");
  const move = (event: MouseEvent): void => {
    if (canvas) canvas.style.transform = `translateX(${event.clientX - start.clientX}px)`;
  };
  const end = (event: MouseEvent): void => {
    removeEventListener("mousemove", move);
    over.classList.remove("is-panning");
    if (canvas) canvas.style.transform = "";
    const moved = Math.round((event.clientX - start.clientX) / width);
    if (moved !== 0) props.current.onPan(moved);
  };
  addEventListener("mousemove", move);
  addEventListener("mouseup", end, { once: true });
}
