// Finds the known name that is most similar to an unknown one.
#pragma once

#include <span>
#include <string_view>

namespace fortnight::config {

// Returns the name in `known` with the least optimal string alignment distance to `name`
// (insertions, deletions, replacements and swaps of neighbours; ignoring case). It must be within a
// third of `name`'s length (at least 1), or begin with `name` if that has at least three letters.
// Empty if there is none.
std::string_view nearest_name(std::string_view name, std::span<const std::string_view> known);

}  // namespace fortnight::config
