// Random calls and random predicates about them, from small vocabularies, so that predicates
// sometimes match. Determined by the generator's seed.
#pragma once

#include <random>
#include <string>
#include <vector>

#include "base/time.h"
#include "storage/call/predicate.h"

namespace fortnight::tests {

// A line of the native format at `ts`. Some are odd: absent fields, escapes, duplicate keys, nulls
// in place of values, nested bodies.
std::string random_line(std::mt19937_64& random, TimeNs ts);

storage::Predicate random_predicate(std::mt19937_64& random);
// Up to three predicates.
std::vector<storage::Predicate> random_predicates(std::mt19937_64& random);

}  // namespace fortnight::tests
