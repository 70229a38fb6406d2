// What a source that drops repeated calls knows when it opens.
#pragma once

#include <memory>

#include "config/config.h"
#include "intake/recent_calls.h"
#include "storage/store.h"

namespace fortnight::daemon {

// The IDs of the source's newest calls in the store, by the calls' times: as many as the source
// keeps. An HTTP source also has those of the sources that its requests have named: all that
// `config` doesn't name. It takes a second or two for a million calls.
//
// Reading may stop early: a source with fewer IDs takes a repeated call in, which is logged.
std::shared_ptr<intake::RecentCalls> recent_calls_of(const storage::StoreReader& store,
                                                     const config::Config& config,
                                                     const config::Source& source);

}  // namespace fortnight::daemon
