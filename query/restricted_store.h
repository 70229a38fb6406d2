// A store as a reader sees it who may not see everything: the calls of some accounts, or calls
// without their lines. What it leaves out isn't in any answer: no verb has another store.
//
// Two things show through: the numbers in refs count the calls of all accounts, and the period of
// date=all is that of all of them.
#pragma once

#include <memory>
#include <optional>

#include "access/identity.h"
#include "storage/store.h"

namespace fortnight::query {

// That a call belongs to one of the reader's accounts; nothing if he may see all accounts.
std::optional<storage::Predicate> own_calls(const access::Identity& reader);

// `store` itself, if the reader may see everything. Both must outlive the result.
std::shared_ptr<const storage::StoreReader> store_for(const access::Identity& reader,
                                                      const storage::StoreReader& store);

}  // namespace fortnight::query
