// Takes a string apart: a request line, a line in Common Log Format, a URL, or what an expression
// with named groups matches.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "config/format.h"

namespace re2 {
class RE2;
}

namespace fortnight::intake {

// The parts of "GET /a?b HTTP/1.1"; all empty if it isn't one. A path may contain blanks.
struct RequestLine {
  std::string_view method, path, protocol;
};
RequestLine parse_request_line(std::string_view text);

// The parts of a line in Common or Combined Log Format, as nginx and Apache write it; all empty if
// it isn't one:
//   192.0.2.1 - kim [20/Nov/2026:08:15:30 +0000] "GET /a HTTP/1.1" 200 512 "referer" "user agent"
// Later columns are ignored.
struct ClfLine {
  std::string_view client, user, time;
  RequestLine request;
  std::string_view status, bytes, referer, user_agent;
};
ClfLine parse_clf_line(std::string_view text);

// The parts of "https://host:80/a?b"; of a text without a scheme, only the path.
struct UrlParts {
  std::string_view scheme, authority, path;
};
UrlParts parse_url(std::string_view text);

class PartReader {
 public:
  // `names` are all parts by number.
  PartReader(const config::Part& part, const std::vector<std::string>& names);
  ~PartReader();
  PartReader(PartReader&&) noexcept;

  // Sets the pieces that are found and that no earlier part has set. They are views of `text`.
  void take_apart(std::string_view text, std::vector<std::string_view>& pieces);

 private:
  void set(std::size_t piece, std::string_view text, std::vector<std::string_view>& pieces) const;

  static constexpr std::uint32_t kNowhere = 0xffffffff;
  config::Part::As as_;
  std::vector<std::uint32_t> numbers_;  // of the pieces; kNowhere: a group without a name
  std::unique_ptr<re2::RE2> expression_;
};

}  // namespace fortnight::intake
