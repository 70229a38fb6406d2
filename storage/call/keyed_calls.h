// Calls by column, with numbered keys. A part's writer has each block of calls in this form, and
// rollups count it without reading the text of each call.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "base/strings.h"
#include "base/time.h"

namespace fortnight::storage {

// Refers to data of its creator and owns nothing.
struct KeyedCalls {
  // One key of the calls.
  struct Key {
    const Strings* values = nullptr;  // one value per call
    // The distinct values so far. Blocks only add values.
    const Strings* names = nullptr;
    // For each call, an index into `names`; empty if the names didn't all fit.
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

// Called with each block of calls. Its argument is valid only during the call.
using KeyedCallsVisitor = std::function<void(const KeyedCalls&)>;

}  // namespace fortnight::storage
