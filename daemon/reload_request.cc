#include "daemon/reload_request.h"

#include <boost/asio/local/stream_protocol.hpp>
#include <fstream>
#include <iterator>
#include <string_view>

#include "base/json_members.h"
#include "base/json_text.h"
#include "daemon/data_directory.h"

namespace fortnight::daemon {
namespace {

// The text of a member; empty if it is missing.
std::string text_member(std::string_view object, std::string_view key) {
  for (const JsonMember& member : members_of(object)) {
    if (member.key != key || member.value.size() < 2 || member.value.front() != '"') continue;
    std::string scratch;
    return std::string(
        decode_json_string(member.value.substr(1, member.value.size() - 2), scratch));
  }
  return {};
}

// A daemon without room for the file has its socket in the data directory, unless configured.
std::string socket_of(const std::string& data_directory) {
  std::ifstream file(data_directory + '/' + kPortsFile);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::string socket = text_member(text, "socket");
  return socket.empty() ? data_directory + '/' + kQuerySocket : socket;
}

}  // namespace

Result<std::string> request_reload(const std::string& data_directory) {
  using boost::asio::local::stream_protocol;
  const std::string socket = socket_of(data_directory);
  constexpr std::size_t kLongestPath = sizeof(sockaddr_un::sun_path) - 1;
  if (socket.size() > kLongestPath) return io_error(socket + ": the path is too long");
  stream_protocol::iostream daemon{stream_protocol::endpoint(socket)};
  if (!daemon) {
    return io_error("no daemon answers at " + socket + ": " + daemon.error().message());
  }
  daemon << "RELOAD\n" << std::flush;
  std::string line;
  if (!std::getline(daemon, line)) return io_error("the daemon ended before it had reloaded");
  constexpr std::string_view kOk = "OK ";
  constexpr std::string_view kErr = "ERR ";
  if (line.starts_with(kOk)) return text_member(line.substr(kOk.size()), "waits_for_restart");
  return Error{ErrorCode::invalid, line.starts_with(kErr) ? line.substr(kErr.size()) : line};
}

}  // namespace fortnight::daemon
