// The cursor of a page: where the next one begins, the period that the first one asked about, so
// that "today" stays the same today from page to page, and a mark of the request that it belongs
// to. It says nothing of files: it survives whatever happens to them.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "query/parsed_request.h"
#include "storage/store.h"

namespace fortnight::query {

// What a page's request and the next one's have in common, hashed. The same from run to run.
struct RequestMark {
  std::uint64_t filters = 0;  // and the order; whatever the order of filters and of their values
  std::uint64_t period = 0;   // as it was written

  static RequestMark of(const ParsedRequest& request, storage::Order order);
};

struct PageCursor {
  storage::Cursor after;
  TimeNs from = 0;
  TimeNs to = 0;
  // Nothing: a cursor of the time before there were marks, which fits any request.
  std::optional<RequestMark> mark;

  [[nodiscard]] std::string to_string() const;
  static std::optional<PageCursor> parse(std::string_view text);

  // Whether it belongs to the request, which may leave out the period: the cursor has it.
  // `value` is the cursor as the request has it.
  [[nodiscard]] Parsed<void> check(const ParsedRequest& request, storage::Order order,
                                   const Value& value) const;
};

}  // namespace fortnight::query
