// A QR code as the path of an SVG image.

/** Modules of the blank border that the standard asks for. */
export const QUIET = 4;

export function qrPath(rows: readonly string[]): string {
  let path = "";
  rows.forEach((row, y) => {
    for (const run of row.matchAll(/1+/g)) {
      path += `M${run.index + QUIET} ${y + QUIET}h${run[0].length}v1h-${run[0].length}z`;
    }
  });
  return path;
}
