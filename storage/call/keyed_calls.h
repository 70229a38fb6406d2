// Calls by column, their keys numbered: how a part's writer has a block of calls, and how rollups
// count them without a look at each call's text.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>

#include "storage/base/strings.h"
#include "storage/base/time.h"

namespace fortnight::storage {

// Refers to what its maker owns.
struct KeyedCalls {
  // One key of the calls.
  struct Key {
    const Strings* values = nullptr;  // one a call
    // The distinct values so far: from one block to the next they only become more.
    const Strings* names = nullptr;
    // Of each call, an index into the names; empty where there was no room for one.
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

// Called with each block of calls; what it is given is good for the length of the call.
using KeyedCallsVisitor = std::function<void(const KeyedCalls&)>;

}  // namespace fortnight::storage
