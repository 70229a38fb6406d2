// Decides who may do what, for every verb and route of every port.
//
// Ports listen on loopback addresses and unix sockets only (daemon/net/listen.h), and everybody
// there may do everything.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "query/request_error.h"
#include "query/request_line.h"

namespace fortnight::daemon {

// What a request may be for.
enum class Right : std::uint8_t {
  state,   // whether the daemon runs; the page's files
  counts,  // numbers of calls, values of keys, the daemon's figures
  calls,   // fields of single calls
  bodies,  // whole lines
};

// Who sends a request.
struct Reader {
  std::string_view peer;  // the address; empty for a unix socket
};

// The right that the request needs.
Right right_for(const query::RequestLine& line);

// Why the reader doesn't have the right; nothing if he has it.
std::optional<query::RequestError> why_not(const Reader& reader, Right right);

}  // namespace fortnight::daemon
