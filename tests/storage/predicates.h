// Predicates for tests of parts.
#pragma once

#include <string>

#include "storage/call/predicate.h"

namespace fortnight::storage::samples {

// A predicate with one exact text.
inline Predicate predicate_of(Predicate::Subject subject, const std::string& text) {
  Predicate predicate;
  predicate.subject = subject;
  predicate.patterns = {TextPattern{{text}}};
  return predicate;
}

inline Predicate text_of(const std::string& text) {
  return predicate_of(Predicate::Subject::text, text);
}

inline Predicate pointer_of(const std::string& pointer, const std::string& value) {
  Predicate predicate = predicate_of(Predicate::Subject::pointer, value);
  predicate.name = pointer;
  return predicate;
}

}  // namespace fortnight::storage::samples
