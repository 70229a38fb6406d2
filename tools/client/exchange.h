// A call as an exchange of HTTP messages.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fortnight::client {

struct Header {
  std::string name;
  std::string value;
  bool cut_off = false;  // the value is only the beginning of the original
};

// The logged parts of a message. Their places are known for the native format and the logs of
// common servers.
struct Message {
  std::vector<Header> headers;
  std::string body;  // JSON text; empty if there is none
  // The line was too long, and nothing after the body is kept: the body may be incomplete.
  bool body_cut_off = false;
};

struct Exchange {
  std::string method;
  std::string path;
  int status = 0;        // 0: none
  bool cut_off = false;  // only the line's first part is kept
  Message request;
  Message response;
  std::string rest;  // a JSON object: other members of the line; empty if there are none
};

// `row` is a row of SHOW.
Exchange exchange_of(std::string_view row);

struct CurlCommand {
  std::string text;  // for a shell; sends the request again
  std::vector<std::string>
      left_out;  // descriptions of parts that can't be sent; not yet escaped for a terminal
};

// For any line, the command runs only curl (and printf).
CurlCommand curl_command(const Exchange& exchange);

}  // namespace fortnight::client
