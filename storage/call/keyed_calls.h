// Calls by column, with numbered keys: a part's writer has a block of calls in this form, and
// rollups count them without reading each call's text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "base/strings.h"
#include "base/time.h"

namespace fortnight::storage {

// Refers to data of its creator.
struct KeyedCalls {
  // One key of the calls.
  struct Key {
    const Strings* values = nullptr;  // one a call
    // The distinct values so far: each block may add some, and none is removed.
    const Strings* names = nullptr;
    // For each call, an index into the names; empty if there was no room for all names.
    std::span<const std::uint32_t> codes;
  };
  Key account;
  Key endpoint;
  Key method;
  Key revision;
  std::span<const TimeNs> ts;
  std::span<const std::int64_t> duration_ns;
  std::span<const std::int64_t> status;

  [[nodiscard]] std::size_t size() const { return ts.size(); }
};

// Called with each block of calls. Its argument is valid during the call.
using KeyedCallsVisitor = std::function<void(const KeyedCalls&)>;

}  // namespace fortnight::storage
