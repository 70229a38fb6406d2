#include "intake/redact_rules.h"

#include <utility>

#include "storage/call/hashed_value.h"

namespace fortnight::intake {
namespace {

config::Redact all_of(const config::Redact& redact) {
  config::Redact all = redact;
  all.keys.insert(all.keys.end(), redact.hash_keys.begin(), redact.hash_keys.end());
  all.pointers.insert(all.pointers.end(), redact.hash_pointers.begin(), redact.hash_pointers.end());
  return all;
}

config::Redact redacted_of(const config::Redact& redact, bool hashes) {
  return hashes ? redact : all_of(redact);
}

config::Redact hashed_of(const config::Redact& redact, bool hashes) {
  config::Redact hashed;
  hashed.keys.clear();
  if (hashes) {
    hashed.keys = redact.hash_keys;
    hashed.pointers = redact.hash_pointers;
  }
  return hashed;
}

}  // namespace

RedactRules::RedactRules(const config::Redact& redact, std::shared_ptr<const KeyedHash> with)
    : names(redacted_of(redact, with != nullptr)),
      pointers(redacted_of(redact, with != nullptr)),
      hashed_names(hashed_of(redact, with != nullptr)),
      hashed_pointers(hashed_of(redact, with != nullptr)),
      names_in_texts(all_of(redact)),
      patterns(redact.patterns),
      hash(std::move(with)) {}

std::string RedactRules::hash_of(std::string_view value) const {
  return storage::hashed_value(*hash, value);
}

}  // namespace fortnight::intake
