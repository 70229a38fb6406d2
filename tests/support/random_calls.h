// Random calls and random questions about them, from small vocabularies, so that questions match
// now and then. Deterministic by the generator's seed.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "storage/base/time.h"
#include "storage/call/predicate.h"

namespace fortnight::tests {

// A line of the native format at `ts`. Odd ones among them: absent fields, escapes, keys that stand
// twice, nulls where values belong, nested bodies.
std::string random_line(std::mt19937_64& random, storage::TimeNs ts);

storage::Predicate random_predicate(std::mt19937_64& random);
// None to three of them.
std::vector<storage::Predicate> random_predicates(std::mt19937_64& random);

}  // namespace fortnight::tests
