// What somebody may do and see, as it is granted to a token or a person, and its form in the file
// of access/access_file.h.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/rights.h"
#include "base/json_members.h"
#include "base/json_writer.h"
#include "base/time.h"

namespace fortnight::access {

struct Grant {
  Rights rights;
  // The accounts whose calls may be seen, ascending; nothing: all.
  std::optional<std::vector<std::string>> accounts = std::nullopt;
};

// Sorts the accounts and removes repeated ones.
void normalise(Grant& grant);
// Why nobody can have the grant; empty if it is right. `what`: "a token", "a person".
std::string problem_of(const Grant& grant, std::string_view what);

// Whether the text is 1 to 64 letters, digits and . _ -
bool is_name(std::string_view text);

// ---- members of entries ----

// Writes `rights`, and `accounts` if they are restricted, into an open object.
void write_grant(const Grant& grant, JsonWriter& json);
// Writes the time as RFC 3339.
void write_time(std::string_view key, TimeNs time, JsonWriter& json);

// The value's content; nothing if it has another type.
std::optional<std::string> text_of(std::string_view json);
std::optional<std::vector<std::string>> texts_of(std::string_view json);
std::optional<TimeNs> time_of(std::string_view json);
// Sets what `rights` or `accounts` says. Returns nothing if the member is another one, otherwise
// whether it has the right form.
std::optional<bool> take_grant(const JsonMember& member, Grant& grant);

}  // namespace fortnight::access
