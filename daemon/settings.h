// What the rooms behind the daemon are told of the configuration.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "config/config.h"
#include "daemon/clock.h"
#include "query/service.h"
#include "storage/engine.h"

namespace fortnight::daemon {

// Divides the memory that the configuration allows: of 32 parts seven are the head's, five the
// cache's, two the commit queue's (see IntakeService); the rest is for queries, for merges, for
// what is in hand and for what lies free between.
storage::EngineOptions engine_options(const config::Config& config);
// What is kept free, and what the journal takes at once, is made small on a small disk: a disk that
// was full must be able to have enough free again. `disk_bytes`: of the whole file system.
void fit_to_disk(storage::EngineOptions& options, std::uint64_t disk_bytes);

// Of limits.memory, what lines that have begun and not ended may take; two of the longest in any
// case.
std::size_t unfinished_bytes(const config::Limits& limits);

// `store` and `clock` must outlive it.
std::shared_ptr<const query::Context> query_context(const config::Config& config,
                                                    const storage::Store& store, const Clock& clock,
                                                    std::function<std::string()> daemon_status);

// The sections of the configuration in which the two differ and that only a start reads; empty:
// none.
std::string needs_restart(const config::Config& before, const config::Config& after);

}  // namespace fortnight::daemon
