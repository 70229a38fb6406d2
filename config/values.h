// Parses single values as people write them: sizes, durations, addresses, JSON pointers. The
// functions return nothing if the text is invalid.
#pragma once

#include <optional>
#include <string_view>

#include "config/config.h"

namespace fortnight::config {

// "512", "64KiB", "200GB", "1.5GiB": KB, MB, GB and TB are powers of 1000, KiB, MiB, GiB and TiB of
// 1024.
std::optional<Bytes> parse_bytes(std::string_view text);

// "20ms", "30s", "15m", "1h", "14d", "1.5h". The unit is required, except for 0.
std::optional<Duration> parse_duration(std::string_view text);

// "127.0.0.1:14002", "[::1]:0", "localhost:80". The host is required.
std::optional<Address> parse_address(std::string_view text);

// "+02:00" or "-0330".
bool is_utc_offset(std::string_view text);

// "" or "/a/b~1c/0".
bool is_json_pointer(std::string_view text);

}  // namespace fortnight::config
