// The engine's part of STATUS, as one JSON object.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "base/json_writer.h"
#include "storage/engine.h"
#include "storage/engine/recovery.h"
#include "storage/engine/version.h"

namespace fortnight::storage {

struct EngineState {
  std::shared_ptr<const Version> version;
  RecoveryReport recovery;
  Counters counters;
  // The journal and the head.
  std::uint64_t journal_bytes = 0;
  std::uint64_t synced_lsn = 0;
  std::uint64_t head_calls = 0;
  std::uint64_t head_bytes = 0;
  // Maintenance.
  std::uint64_t failures = 0;
  std::string last_failure;
  std::uint64_t refused = 0;           // appends for which there was no room
  std::optional<std::string> refusal;  // the reason, if the last append was refused
  TimeNs trusted = 0;
  std::optional<TimeNs> clock_holds_until;
  // The disk and the cache.
  std::optional<std::uint64_t> disk_free;
  std::uint64_t cache_bytes = 0;
  std::uint64_t unreadable = 0;  // files and blocks that couldn't be read since the start
};

// Writes the members of STATUS into an open object.
void write_engine_status(const EngineState& state, const EngineOptions& options, JsonWriter& json);

}  // namespace fortnight::storage
