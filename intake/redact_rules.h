// What is redacted, compiled from the configuration for one source.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/keyed_hash.h"
#include "config/config.h"
#include "intake/redact_names.h"
#include "intake/redact_pointers.h"
#include "intake/value_patterns.h"

namespace fortnight::intake {

// Immutable, therefore thread-safe.
struct RedactRules {
  // `hash` may be null: what would be hashed is then replaced by `[redacted]`.
  RedactRules(const config::Redact& redact, std::shared_ptr<const KeyedHash> hash);

  // The text that replaces a value (decoded) that is hashed. Requires a hash.
  [[nodiscard]] std::string hash_of(std::string_view value) const;

  RedactNames names;        // of members whose values are redacted
  RedactPointers pointers;  // to such values
  RedactNames hashed_names;
  RedactPointers hashed_pointers;
  // Names whose values are redacted within texts: all of the above. No hash is found there.
  RedactNames names_in_texts;
  ValuePatterns patterns;
  std::shared_ptr<const KeyedHash> hash;
};

}  // namespace fortnight::intake
