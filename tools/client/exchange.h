// A whole call, as the exchange of HTTP messages that it was.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fortnight::client {

struct Header {
  std::string name;
  std::string value;
};

// What producers tell of a message. Where each of them puts it is known for the native format and
// the common servers' logs.
struct Message {
  std::vector<Header> headers;
  std::string body;  // JSON text; empty where there is none
};

struct Exchange {
  std::string method;
  std::string path;
  int status = 0;  // 0: none
  Message request;
  Message response;
  std::string rest;  // a JSON object: what else the line says; empty where that is nothing
};

// From a row of SHOW.
Exchange exchange_of(std::string_view row);

struct CurlCommand {
  std::string text;  // for a shell; sends the request again
  std::vector<std::string>
      left_out;  // what of it can't be sent, in words; not fit for a terminal yet
};

// Whatever the line holds, a shell that gets the command runs curl (and printf) and nothing else.
CurlCommand curl_command(const Exchange& exchange);

}  // namespace fortnight::client
