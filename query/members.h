// The members of rows and summaries: their names, types and meaning, for descriptions of the
// protocol. docs/protocol.md describes them in full.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "query/vocabulary.h"

namespace fortnight::query {

enum class MemberType : std::uint8_t { text, integer, number, boolean, object, array };

struct MemberWords {
  std::string_view name;
  MemberType type;
  bool nullable;
  std::string_view gist;
};

// The members that rows of the verb may have, in their order. Rows of ACTIVITY, TOP and EXPORT also
// have a member for each field that the request names.
std::vector<MemberWords> row_members(Verb verb);
// Whether rows may have members that row_members() doesn't list.
bool has_named_members(Verb verb);
// The members that summaries of the verb may have.
std::vector<MemberWords> summary_members(Verb verb);

}  // namespace fortnight::query
