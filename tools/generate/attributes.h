// The attributes of resources, as JSON.
#pragma once

#include <string>

#include "tools/generate/instant.h"
#include "tools/generate/prose.h"
#include "tools/generate/random.h"
#include "tools/generate/world.h"

namespace fortnight::generate {

// How many of a resource's attributes a body contains.
enum class Detail {
  brief,    // as an element of a list
  partial,  // as a client sends it in a request
  full,     // as the API answers
};

// Appends the attributes as members of an object, without its braces. Fixed attributes are derived
// from the entity's seed; those that change with time (a score, a stock) from `random`.
void append_attributes(std::string& out, const Prose& prose, const Account& account,
                       const Entity& entity, Detail detail, Micros now, Random& random);

}  // namespace fortnight::generate
