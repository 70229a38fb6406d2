// Selects a target's calls by filters of the query language.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "storage/query.h"
#include "tools/segment/target.h"

namespace fortnight::segment {

// The names of the ID kinds in the target.
std::vector<std::string> id_kinds(const Target& target);

// `filters` are parameters of the query language. Without a date, all calls match.
Result<storage::CallQuery> parse_filters(const std::vector<std::string>& filters,
                                         const std::vector<std::string>& id_kinds);

// Passes each call to `visit`, file by file. An error of `visit` ends it. Damage is returned as an
// error at the end, after all readable calls.
Result<void> for_each_call(const Target& target, const storage::CallQuery& query,
                           const std::function<Result<void>(const storage::CallRecord&)>& visit);

}  // namespace fortnight::segment
