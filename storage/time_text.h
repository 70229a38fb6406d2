// Instants and durations as text.
#pragma once

#include <cstdint>
#include <string>

#include "storage/batch.h"
#include "storage/time.h"

namespace fortnight::storage {

// "2026-11-20T08:15:30.123Z" with `digits` (0 to 9) digits of the second's fraction, cut off, not
// rounded.
void append_rfc3339(TimeNs time, unsigned digits, std::string& out);

// The shortest decimal of a duration in `unit`: 7900000 ns is "7.9" ms.
void append_duration(std::int64_t duration_ns, DurationUnit unit, std::string& out);

}  // namespace fortnight::storage
