// The words of the query language: verbs with their options, fields, ID kinds. The parser, the
// errors and HELP read the same table.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "query/request_error.h"
#include "query/service.h"
#include "storage/call/batch.h"

namespace fortnight::query {

enum class Verb : std::uint8_t {
  activity,
  logs,
  show,
  follow,
  top,
  values,
  errors,
  job,
  export_calls,
  rejects,
  find,
  twin,
  explain,
  status,
  sources,
  issue,
  tokens,
  revoke,
  erase,
  erasures,
  backup,
  audit,
  user,
  users,
  reload,
  ping,
  help,
  auth,
  quit,
};
inline constexpr std::size_t kVerbs = static_cast<std::size_t>(Verb::quit) + 1;

struct VerbWords {
  Verb verb;
  std::string_view name;
  std::string_view usage;
  std::string_view gist;  // one line
  std::string_view example;
  std::vector<std::string_view> options;  // options of this verb, without filters
  std::size_t alone;                      // maximum number of positional values
  bool filters;                           // whether it takes filters
  std::string_view argument = {};         // what a positional value is: "ID"
};

const std::vector<VerbWords>& verbs();
// Returns null if no verb has that name (in upper case).
const VerbWords* find_verb(std::string_view name);

// The error for an unknown verb at a column of the line.
RequestError unknown_verb(std::size_t column, std::string_view verb);

// Whether any verb has an option of that name.
bool is_option(std::string_view name);
// Whether the option takes several values, separated by commas.
bool takes_several(std::string_view option);
// One line that describes an option; empty if there is no such option.
std::string_view option_gist(std::string_view option);
// The values that an option accepts, the default first; empty if its values aren't a fixed list.
const std::vector<std::string_view>& choices_of(std::string_view option);

// The text field of that name; nothing if there is none.
std::optional<storage::TextField> text_field(std::string_view name);
std::string_view name_of(storage::TextField field);

// The ID kinds that filters can use, except call_id: built-in ones and configured ones.
std::vector<std::string_view> id_kinds(const Context& context);
// All names that a filter may have, except JSON pointers.
std::vector<std::string_view> filter_names(const Context& context);
// All names that EXPORT's fields= may have, except JSON pointers.
std::vector<std::string_view> exported_names(const Context& context);

}  // namespace fortnight::query
