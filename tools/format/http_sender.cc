#include "tools/format/http_sender.h"

#include <fmt/format.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/http.hpp>
#include <chrono>
#include <string_view>
#include <utility>

#include "base/ascii.h"
#include "config/values.h"
#include "tools/client/json.h"

namespace fortnight::format {
namespace {

namespace http = boost::beast::http;
constexpr std::chrono::seconds kPatience{60};

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_alphanumeric(c) || c == '-' || c == '.' || c == '_') {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

Error broken(const boost::system::error_code& error) {
  return io_error("the connection broke: " + error.message());
}

}  // namespace

Result<void> HttpSender::open(const std::string& address, std::string token) {
  constexpr std::string_view kScheme = "http://";
  std::string_view text = address;
  if (text.starts_with(kScheme)) text.remove_prefix(kScheme.size());
  if (text.ends_with('/')) text.remove_suffix(1);
  const auto parsed = config::parse_address(text);
  if (!parsed) {
    return Error{ErrorCode::invalid,
                 "\"" + address + "\" is no address of an HTTP port, such as 127.0.0.1:14005"};
  }
  boost::system::error_code error;
  boost::asio::ip::tcp::resolver resolver(io_);
  const auto found = resolver.resolve(parsed->host, std::to_string(parsed->port), error);
  if (!error) stream_.connect(found, error);
  if (error) return io_error("no HTTP port at " + address + ": " + error.message());
  host_ = parsed->to_string();
  token_ = std::move(token);
  return {};
}

Result<HttpSender::Taken> HttpSender::send(const std::string& line, const std::string& source,
                                           const std::string& format, const std::string& batch) {
  http::request<http::string_body> request(
      http::verb::post,
      fmt::format("/ingest/v1/lines?source={}&format={}", percent_encoded(source),
                  percent_encoded(format)),
      11);
  request.set(http::field::host, host_);
  request.set("Fortnight-Batch", batch);
  if (!token_.empty()) request.set(http::field::authorization, "Bearer " + token_);
  request.body() = line + "\n";
  request.prepare_payload();
  boost::system::error_code error;
  stream_.expires_after(kPatience);
  http::write(stream_, request, error);
  if (error) return broken(error);
  http::response<http::string_body> response;
  http::read(stream_, buffer_, response, error);
  if (error) return broken(error);
  const std::string& body = response.body();
  if (response.result() != http::status::ok) {
    return io_error(
        fmt::format("the daemon refused a line with {}: {}", response.result_int(), body));
  }
  return Taken{static_cast<std::uint64_t>(client::number_of(client::member_of(body, "accepted"))),
               client::member_of(body, "repeated") == "true"};
}

}  // namespace fortnight::format
