// Answers that are known at once, and the heads of all answers.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "daemon/http/asset.h"
#include "daemon/http/http_reader.h"
#include "daemon/http/problem.h"

namespace fortnight::daemon {

// The lines of a head behind its first, each with its line end.
class HeaderLines {
 public:
  // `value` must have no control characters.
  HeaderLines& add(std::string_view name, std::string_view value);
  [[nodiscard]] const std::string& text() const { return text_; }

 private:
  std::string text_;
};

struct Reply {
  unsigned status = 200;
  HeaderLines headers;
  std::string body;
  std::span<const std::byte> file;  // in place of `body`; static storage
  bool without_body = false;        // HEAD: the headers are those of a body that isn't sent
};

Reply problem_reply(const Problem& problem);
Reply text_reply(unsigned status, std::string_view content_type, std::string body);
// A file of the page, or 304 if the client has it. `path`: "/index.html".
// Returns nothing if there is no such file.
std::optional<Reply> asset_reply(std::string_view path, const HttpRequest& request);

// Whether a tag of the header If-None-Match is `etag`; weak tags of the same text match too.
bool matches_etag(std::string_view if_none_match, std::string_view etag);

// How the end of a body is found.
struct BodyLength {
  std::optional<std::uint64_t> bytes;  // Content-Length
  bool chunked = false;                // if not known; neither: the connection's end
};
std::string head_of(unsigned status, const HeaderLines& headers, const BodyLength& length,
                    bool keeps_alive, std::chrono::system_clock::time_point now);
// A chunk of a chunked body.
std::string chunk_of(std::string_view bytes);
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

}  // namespace fortnight::daemon
