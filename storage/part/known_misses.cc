#include "storage/part/known_misses.h"

#include <algorithm>

namespace fortnight::storage {

bool worth_remembering(const std::vector<Predicate>& tested) {
  return std::any_of(tested.begin(), tested.end(), [](const Predicate& predicate) {
    return predicate.subject == Predicate::Subject::text ||
           predicate.subject == Predicate::Subject::pointer ||
           predicate.subject == Predicate::Subject::code;
  });
}

}  // namespace fortnight::storage
