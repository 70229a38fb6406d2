#include "daemon/http/reply.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

#include "daemon/http/media_type.h"

namespace fortnight::daemon {
namespace {

constexpr std::string_view kPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "img-src 'self' data:; font-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; require-trusted-types-for 'script'";

const web::Asset* find_asset(std::string_view path) {
  const auto assets = web::assets();
  const auto found = std::lower_bound(
      assets.begin(), assets.end(), path,
      [](const web::Asset& asset, std::string_view sought) { return asset.path < sought; });
  return found != assets.end() && found->path == path ? &*found : nullptr;
}

std::string_view without_weakness(std::string_view tag) {
  return tag.starts_with("W/") ? tag.substr(2) : tag;
}

}  // namespace

HeaderLines& HeaderLines::add(std::string_view name, std::string_view value) {
  text_.append(name).append(": ").append(value).append("\r\n");
  return *this;
}

Reply text_reply(unsigned status, std::string_view content_type, std::string body) {
  Reply reply;
  reply.status = status;
  reply.headers.add("Content-Type", content_type).add("Cache-Control", "no-store");
  reply.body = std::move(body);
  return reply;
}

Reply problem_reply(const Problem& problem) {
  Reply reply =
      text_reply(problem.status, "application/problem+json", problem_json(problem) + "\n");
  if (problem.status == 401) reply.headers.add("WWW-Authenticate", "Bearer");
  if (problem.temporary())
    reply.headers.add(
        "Retry-After",
        std::to_string(problem.error.retry_after != 0 ? problem.error.retry_after : kRetryAfter));
  return reply;
}

std::optional<Reply> asset_reply(std::string_view path, const HttpRequest& request) {
  const web::Asset* asset = find_asset(path);
  if (asset == nullptr) return std::nullopt;
  const bool zipped = !asset->gzip.empty() && choose_coding(request[Header::accept_encoding],
                                                            {Coding::gzip}) == Coding::gzip;
  // The two forms have different bytes, so they have different strong tags.
  std::string etag(asset->etag);
  if (zipped) etag.insert(etag.size() - 1, "-gzip");
  Reply reply;
  const bool hashed = path.starts_with("/assets/");
  reply.headers.add("Content-Type", asset->media_type)
      .add("ETag", etag)
      .add("Cache-Control", hashed ? "public, max-age=31536000, immutable" : "no-cache")
      .add("Vary", "Accept-Encoding")
      .add("Content-Security-Policy", kPolicy)
      .add("Referrer-Policy", "no-referrer")
      .add("Cross-Origin-Opener-Policy", "same-origin")
      .add("Cross-Origin-Resource-Policy", "same-origin");
  if (matches_etag(request[Header::if_none_match], etag)) {
    reply.status = 304;
    return reply;
  }
  if (zipped) reply.headers.add("Content-Encoding", "gzip");
  reply.file = zipped ? asset->gzip : asset->identity;
  return reply;
}

bool matches_etag(std::string_view if_none_match, std::string_view etag) {
  while (!if_none_match.empty()) {
    const std::size_t comma = std::min(if_none_match.find(','), if_none_match.size());
    std::string_view tag = if_none_match.substr(0, comma);
    if_none_match.remove_prefix(std::min(comma + 1, if_none_match.size()));
    while (tag.starts_with(' ')) tag.remove_prefix(1);
    while (tag.ends_with(' ')) tag.remove_suffix(1);
    if (tag == "*" || (!tag.empty() && without_weakness(tag) == etag)) return true;
  }
  return false;
}

std::string head_of(unsigned status, const HeaderLines& headers, const BodyLength& length,
                    bool keeps_alive, std::chrono::system_clock::time_point now) {
  std::string head =
      fmt::format("HTTP/1.1 {} {}\r\nDate: {:%a, %d %b %Y %H:%M:%S} GMT\r\n", status,
                  reason_of(status), fmt::gmtime(std::chrono::system_clock::to_time_t(now)));
  head += headers.text();
  head += "X-Content-Type-Options: nosniff\r\n";
  if (length.bytes) {
    head += fmt::format("Content-Length: {}\r\n", *length.bytes);
  } else if (length.chunked) {
    head += "Transfer-Encoding: chunked\r\n";
  }
  if (!keeps_alive) head += "Connection: close\r\n";
  return head + "\r\n";
}

std::string chunk_of(std::string_view bytes) {
  std::string chunk = fmt::format("{:x}\r\n", bytes.size());
  return chunk.append(bytes).append("\r\n");
}

}  // namespace fortnight::daemon
