// The calls that a command is about: a target's calls, by filters of the query language.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "storage/store.h"
#include "tools/segment/target.h"

namespace fortnight::segment {

// The names of the ID kinds that the target's calls bear.
std::vector<std::string> id_kinds(const Target& target);

// `filters` are parameters of the query language; without a date all calls are meant.
Result<storage::CallQuery> parse_filters(const std::vector<std::string>& filters,
                                         const std::vector<std::string>& id_kinds);

// Gives each call to `visit`, file by file; an error of `visit` ends it. Damage that was met is
// told at the end, as an error, after everything that could be read.
Result<void> for_each_call(const Target& target, const storage::CallQuery& query,
                           const std::function<Result<void>(const storage::CallRecord&)>& visit);

}  // namespace fortnight::segment
