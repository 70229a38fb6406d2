// Translates the configuration for the other rooms.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "config/config.h"
#include "daemon/clock.h"
#include "query/service.h"
#include "storage/engine.h"

namespace fortnight::daemon {

// Divides limits.memory: 7 of 32 parts for the head, 5 for the cache, 2 for the commit queue (see
// IntakeService); the rest is for queries, merges, buffers and allocator overhead.
storage::EngineOptions engine_options(const config::Config& config);
// Reduces the disk reserve and the journal's files on a small disk, so that a full disk can have
// enough free space again. `disk_bytes`: size of the whole file system.
void fit_to_disk(storage::EngineOptions& options, std::uint64_t disk_bytes);

// The part of limits.memory for pending lines; at least two lines of maximum length.
std::size_t unfinished_bytes(const config::Limits& limits);

// `store`, `registry`, `audit`, `clock` and what `erasing` refers to must outlive it. `audit` and
// `hash` may be null. The configuration decides whether anything may be erased.
std::shared_ptr<query::Context> query_context(
    const config::Config& config, const storage::StoreReader& store, access::Registry& registry,
    access::Audit* audit, std::shared_ptr<const KeyedHash> hash, const Clock& clock,
    std::function<void(JsonWriter&)> write_status, query::Erasing erasing);

// The sections that only a start reads and in which the two configurations differ; empty: none.
std::string needs_restart(const config::Config& before, const config::Config& after);

}  // namespace fortnight::daemon
