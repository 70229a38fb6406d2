#include "storage/rollup/caps.h"

#include <algorithm>

namespace fortnight::storage {

KeyCaps fresh_caps(const KeyCaps& caps) {
  return {std::max(caps.accounts, kFreshAccounts),
          std::max(caps.endpoints, kFreshValues),
          std::max(caps.revisions, kFreshValues),
          std::max(caps.methods, kFreshValues),
          kNoCap,
          std::max(caps.codes, kFreshValues)};
}

KeyCaps without_unmatched_cap(KeyCaps caps) {
  caps.unmatched_endpoints = kNoCap;
  return caps;
}

}  // namespace fortnight::storage
