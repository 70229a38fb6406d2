// The words of the query language: verbs with their options, fields, ID kinds. One table that the
// parser, the errors and HELP read.
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
  explain,
  status,
  ping,
  help,
  auth,
  quit,
};

struct VerbWords {
  Verb verb;
  std::string_view name;
  std::string_view usage;
  std::string_view gist;  // one line
  std::string_view example;
  std::vector<std::string_view> options;  // names that mean something to this verb, filters apart
  std::size_t alone;                      // how many values may stand alone
  bool filters;                           // whether it takes filters
};

const std::vector<VerbWords>& verbs();
// Null where no verb has that name (in capitals).
const VerbWords* find_verb(std::string_view name);

// What to say of a verb that there isn't, which stands at a column of the line.
RequestError unknown_verb(std::size_t column, std::string_view verb);

// Whether some verb has an option of that name.
bool is_option(std::string_view name);
// What an option means, in a line; empty where there is none of that name.
std::string_view option_gist(std::string_view option);
// What an option's value is one of, the usual one first; empty where it is none of a few words.
const std::vector<std::string_view>& choices_of(std::string_view option);

// What the calls of a text field are asked by; nothing where it is none.
std::optional<storage::TextField> text_field(std::string_view name);
std::string_view name_of(storage::TextField field);

// The kinds that IDs may be asked by, call_id left out: the built-in ones and the configured ones.
std::vector<std::string_view> id_kinds(const Context& context);
// Every name that a filter may have, JSON pointers apart.
std::vector<std::string_view> filter_names(const Context& context);
// Every name that EXPORT's fields= may have, JSON pointers apart.
std::vector<std::string_view> exported_names(const Context& context);

}  // namespace fortnight::query
