// Writes the built page as the table of daemon/http/asset.h.
//
//   make_assets.mjs DIST OUT.cc
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const [, , dist, out] = process.argv;

const mediaTypes = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".ico": "image/x-icon",
  ".js": "text/javascript; charset=utf-8",
  ".json": "application/json",
  ".png": "image/png",
  ".svg": "image/svg+xml",
  ".txt": "text/plain; charset=utf-8",
  ".woff2": "font/woff2",
};

function mediaType(path) {
  const type = mediaTypes[path.slice(path.lastIndexOf("."))];
  if (!type) throw new Error(`${path}: no media type is known for this file`);
  return type;
}

// All files below a directory, as paths that begin with "/".
function files(directory, prefix = "") {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) => {
    const path = `${prefix}/${entry.name}`;
    return entry.isDirectory() ? files(join(directory, entry.name), path) : [path];
  });
}

function array(name, bytes) {
  const lines = [];
  for (let at = 0; at < bytes.length; at += 24) {
    lines.push(`    ${[...bytes.subarray(at, at + 24)].join(",")},`);
  }
  return `constexpr unsigned char ${name}[] = {\n${lines.join("\n")}\n};\n`;
}

const header = '#include "daemon/http/asset.h"';
const arrays = [];
const rows = files(dist)
  .sort()
  .map((path, index) => {
    const identity = readFileSync(join(dist, path));
    const zipped = gzipSync(identity, { level: 9 });
    const pays = zipped.length < 0.9 * identity.length;
    const etag = createHash("sha256").update(identity).digest("hex").slice(0, 16);
    arrays.push(array(`identity${index}`, identity));
    if (pays) arrays.push(array(`gzip${index}`, zipped));
    const gzip = pays ? `bytes(gzip${index})` : "{}";
    return `    {"${path}", "${mediaType(path)}", "\\"${etag}\\"", bytes(identity${index}), ${gzip}},`;
  });

writeFileSync(
  out,
  `// Made by web/scripts/make_assets.mjs.
${header}

namespace fortnight::web {
namespace {

${arrays.join("\n")}
template <std::size_t N>
std::span<const std::byte> bytes(const unsigned char (&array)[N]) {
  return std::as_bytes(std::span(array));
}

}  // namespace

std::span<const Asset> assets() {
  static const Asset all[] = {
${rows.join("\n")}
  };
  return all;
}

}  // namespace fortnight::web
`,
);
