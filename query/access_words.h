// What the verbs about tokens and people share: their options, errors and members of rows.
#pragma once

#include <string_view>

#include "access/registry.h"
#include "query/answer.h"

namespace fortnight::query {

// Where tokens and people are kept. Never null.
Parsed<access::Registry*> registry_of(const VerbContext& verb);
// The positional value.
Parsed<std::string_view> name_given(const VerbContext& verb);
// The values of rights= and accounts=.
Parsed<access::Grant> grant_of(const VerbContext& verb);
// What is wrong with the request, or with the disk.
RequestError refusal_of(const Error& error);

// Writes the members `rights` and `accounts` into an open object; null: all accounts.
void write_grant_members(const access::Grant& grant, JsonWriter& json);
void write_time_member(std::string_view key, TimeNs time, JsonWriter& json);

}  // namespace fortnight::query
