// What was asked for on the command line of `fortnight`.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace fortnight::client {

inline constexpr std::string_view kDefaultAddress = "127.0.0.1:14002";

struct Options {
  std::string address;  // HOST:PORT
  std::string verb;     // as typed
  std::vector<std::string> arguments;
  bool help = false;
  bool version = false;
  bool json = false;         // the protocol's lines, also on a terminal
  bool view = false;         // tables and charts, also into a pipe
  bool summary = false;      // with json: the closing line's object last, as {"summary":{...}}
  bool csv = false;          // of export
  bool safe = false;         // with csv: nothing that a spreadsheet takes for a formula
  bool curl = false;         // of show
  double watch_seconds = 0;  // 0: ask once
  std::string fields;        // of export
};

// `arguments` without the program's name; `connect` is the environment's FORTNIGHT_CONNECT, empty
// if it is not set. ErrorCode::invalid: an option that there is not, or one without its value.
Result<Options> parse_options(std::span<char*> arguments, std::string_view connect);

// What --help prints.
std::string_view help_text();
// What `VERB --help` prints: the verb's usage, what it takes, and the options that go with it.
// Empty where there is no such verb.
std::string verb_help(std::string_view verb);

}  // namespace fortnight::client
