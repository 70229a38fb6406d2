// Bytes of a connection to the web port: whatever comes, requests are found in them, the same ones
// for pieces of any size, and each gets a decision whose text is well-formed.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/utf8.h"
#include "daemon/http/cookies.h"
#include "daemon/http/exchange.h"
#include "query/request_line.h"
#include "query/request_reader.h"

using namespace fortnight;
using namespace fortnight::daemon;

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

// What a stream contains, for comparison.
std::vector<std::string> heard(std::string_view bytes, std::size_t piece) {
  HttpReader reader;
  std::vector<std::string> out;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    reader.feed(bytes.substr(at, piece));
    while (const auto request = reader.next()) {
      require(reader.held() <= HttpReader::kMaxHead + HttpReader::kMaxBody + bytes.size());
      if (request->problem) {
        out.emplace_back("problem");
        return out;
      }
      out.push_back(request->method + " " + request->target + " " + request->body);
    }
  }
  return out;
}

// Whether both heard the same. What is wrong with a head that doesn't end may be found in larger
// pieces only.
bool agree(std::vector<std::string> some, std::vector<std::string> others) {
  if (some.size() < others.size()) std::swap(some, others);
  if (some.size() == others.size() + 1 && some.back() == "problem") some.pop_back();
  return some == others;
}

void check_headers(const std::string& text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = text.find("\r\n", at);
    require(end != std::string::npos);
    const std::string_view line = std::string_view(text).substr(at, end - at);
    require(line.find(": ") != std::string_view::npos);
    require(line.find_first_of("\r\n") == std::string_view::npos);
    at = end + 2;
  }
}

void check(const HttpRequest& request) {
  static const Site site = [] {
    Site made{OriginRules({"h"}, {"https://tools.example"}), {}, {}, {}, {}};
    made.show_session = [](std::string_view, const access::Identity&) {
      return text_reply(200, "application/json", "{}");
    };
    return made;
  }();
  static const access::Reader reader = access::everybody();
  const HttpDecision decision = decide(request, {reader}, site);
  if (const auto* reply = std::get_if<Reply>(&decision)) {
    require(reply->status >= 200 && reply->status < 600);
    check_headers(reply->headers.text());
    return;
  }
  if (const auto* asked = std::get_if<SessionRequest>(&decision)) {
    // A cookie is one of the header's, and a member is one of the body's.
    require(request[Header::cookie].find(asked->cookie) != std::string::npos);
    require(setting_cookie(asked->cookie).find_first_of("\r\n") == std::string::npos);
    for (const auto& [name, value] : asked->given) {
      require(name == "name" || name == "password" || name == "code" || name == "recovery_code");
      require(value.size() <= request.body.size());
    }
    return;
  }
  const auto& execution = std::get<Execution>(decision);
  check_headers(execution.headers.text());
  require(execution.next_link.find_first_of("\r\n\"<> ") == std::string::npos);
  const std::string& text = execution.builder.line();
  // It is one line, of the verb of the route.
  require(valid_utf8_prefix(text) == text.size());
  require(text.find_first_of("\r\n") == std::string::npos);
  require(text.size() <= query::kMaxRequestBytes);
  query::RequestLine line(text, access::everybody());
  if (line.explains()) line = line.explained();
  require(line.words() == execution.route.words);
  (void)execution.problem(query::bad_request(text.size() / 2, "x"));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  require(agree(heard(bytes, data[0] + std::size_t{1}), heard(bytes, bytes.size() + 1)));
  HttpReader reader;
  reader.feed(bytes);
  while (auto request = reader.next()) {
    if (request->problem) break;
    check(*request);
    request->headers[static_cast<std::size_t>(Header::host)] = "localhost";
    request->headers[static_cast<std::size_t>(Header::origin)].clear();
    request->headers[static_cast<std::size_t>(Header::sec_fetch_site)].clear();
    check(*request);
  }
  return 0;
}
