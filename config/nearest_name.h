// The name that somebody probably meant.
#pragma once

#include <span>
#include <string_view>

namespace fortnight::config {

// The one of `known` that takes the fewest letters put in, taken out, replaced or swapped with the
// next one (the optimal string alignment distance; case apart), if that is a third of `name`'s or
// one; or whose beginning `name` is, from three letters on. Empty where there is none.
std::string_view nearest_name(std::string_view name, std::span<const std::string_view> known);

}  // namespace fortnight::config
