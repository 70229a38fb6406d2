#pragma once

#include <cstdint>
#include <optional>

#include "storage/engine/version.h"

namespace fortnight::storage {

// See StoreReader::fingerprint().
std::optional<std::uint64_t> fingerprint_of(const View& view, TimeNs from, TimeNs to);

}  // namespace fortnight::storage
