// Batches made of lines of the native format, for tests that don't need intake. Lines must be JSON
// objects with a `ts` in UTC.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "storage/append.h"
#include "storage/call/batch.h"

namespace fortnight::tests {

enum class Split {
  shapes,  // each line into its shape and values
  plain,   // each line kept whole, as intake keeps odd lines
};

void add_native_line(std::string_view line, Split split, storage::Batch& batch);
storage::Append native_append(const std::vector<std::string>& lines, Split split = Split::shapes);

// Parses "2026-11-20T08:15:30.123456Z". `digits` is set to the number of digits of its fraction.
TimeNs utc(std::string_view rfc3339, std::uint8_t* digits = nullptr);

}  // namespace fortnight::tests
