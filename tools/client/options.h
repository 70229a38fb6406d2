// The parsed command line of `fortnight`, and its help.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"

namespace fortnight::client {

inline constexpr std::string_view kDefaultAddress = "127.0.0.1:14002";

// A server, and what the client shows it.
struct Server {
  std::string address;  // tls://HOST:PORT, HOST:PORT, or a socket's path
  std::string token;    // sent first; empty: none
  // PEM files, for tls://.
  std::string ca;           // whom the server's certificate must be signed by; empty: the system's
  std::string certificate;  // the client's own; empty: none
  std::string key;          // of that certificate; empty: it is in the same file
};

struct Options {
  Server server;
  std::string verb;  // as typed
  std::vector<std::string> arguments;
  bool help = false;
  bool version = false;
  bool json = false;     // the protocol's lines, also on a terminal
  bool view = false;     // tables and charts, also into a pipe
  bool summary = false;  // with json: the closing line's object comes last, as {"summary":{...}}
  bool csv = false;      // for export
  bool safe = false;     // with csv: escapes text that a spreadsheet may evaluate
  bool curl = false;     // for show
  bool once = false;     // for top without by=
  double watch_seconds = 0;  // 0: once
  std::string fields;        // for export
  std::string rights;        // for token add and user add
  std::string accounts;      // the same
  std::string expires;       // for token add
  bool totp = false;         // for user add and user reset-totp
};

// `arguments` exclude the program's name. `usual` is the server unless options say otherwise.
// ErrorCode::invalid: an unknown option, an option without its value, or options that the verb
// doesn't use.
Result<Options> parse_options(std::span<char*> arguments, const Server& usual);

// The text of --help.
std::string help_text();
// The text of `VERB --help`: the verb's usage, parameters and options. Empty if there is no such
// verb.
std::string verb_help(std::string_view verb);

}  // namespace fortnight::client
