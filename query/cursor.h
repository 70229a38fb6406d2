// The cursor of a page: where the next one begins, and the period that the first one asked about,
// so that "today" stays the same today from page to page. It says nothing of files: it survives
// whatever happens to them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "query/period.h"
#include "storage/store.h"

namespace fortnight::query {

struct PageCursor {
  storage::Cursor after;
  storage::TimeNs from = 0;
  storage::TimeNs to = 0;

  [[nodiscard]] std::string to_string() const;
  static std::optional<PageCursor> parse(std::string_view text);
};

}  // namespace fortnight::query
