// The names whose values are redacted, as people write them in the configuration.
//
//   password      a member of that name; letter case, `-` and `_` make no difference
//   *token*       `*` is any run of characters, anywhere in a name
//   x-amz-*       a `-` or `_` just before a `*` has to be there (or a capital: xAmzDate), so that
//                 x-amzn-trace-id doesn't match
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fortnight::config {

// Redacted unless the configuration says `redact: {defaults: false}`.
const std::vector<std::string>& default_redact_keys();

// What is expected in the place of a name that can match nothing, or matches everything; empty
// where the name is fine.
std::string redact_key_problem(std::string_view key);

// The same of a pointer to what is redacted. `pointer` must be a JSON pointer.
std::string redact_pointer_problem(std::string_view pointer);

}  // namespace fortnight::config
