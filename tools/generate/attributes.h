// What resources look like in JSON.
#pragma once

#include <string>

#include "tools/generate/instant.h"
#include "tools/generate/prose.h"
#include "tools/generate/random.h"
#include "tools/generate/world.h"

namespace fortnight::generate {

// How much of a resource a body shows.
enum class Detail {
  brief,    // as an element of a list
  partial,  // as a client sends it in a request
  full,     // as the API answers
};

// Writes the attributes' members, without the braces. What is the entity's own follows from its
// seed; what changes with time (a score, a stock) from `random`.
void append_attributes(std::string& out, const Prose& prose, const Account& account,
                       const Entity& entity, Detail detail, Micros now, Random& random);

}  // namespace fortnight::generate
