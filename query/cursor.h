// The cursor of a page: where the next page begins, the period of the first page (so that "today"
// stays the same day on every page), and a hash of the request that it belongs to. It refers to no
// files, so it survives flushes and merges.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "query/parsed_request.h"
#include "storage/query.h"

namespace fortnight::query {

// A hash of what the requests of consecutive pages have in common. Stable across restarts.
struct RequestMark {
  std::uint64_t filters = 0;  // and the order; the order of filters and values doesn't count
  std::uint64_t period = 0;   // as the request has it

  static RequestMark of(const ParsedRequest& request, storage::Order order);
};

struct PageCursor {
  storage::Cursor after;
  TimeNs from = 0;
  TimeNs to = 0;
  // Absent in cursors of earlier versions, which fit any request.
  std::optional<RequestMark> mark;

  [[nodiscard]] std::string to_string() const;
  static std::optional<PageCursor> parse(std::string_view text);

  // Checks that the cursor belongs to the request. The request may omit the period, which the
  // cursor has. `value` is the cursor parameter, for the error's column.
  [[nodiscard]] Parsed<void> check(const ParsedRequest& request, storage::Order order,
                                   const Value& value) const;
};

}  // namespace fortnight::query
