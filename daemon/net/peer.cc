#include "daemon/net/peer.h"

#include <fmt/format.h>
#include <linux/sockios.h>
#include <netdb.h>
#include <netinet/in.h>
#include <sys/ioctl.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <string_view>

namespace fortnight::daemon {
namespace {

// Minimum interval between reads of the table. Reading takes at most a twentieth of the time.
constexpr std::chrono::milliseconds kLeastInterval{250};
constexpr int kTimeShare = 20;
// Prefix of IPv4 addresses in the table of IPv6 sockets.
constexpr std::string_view kMapped = "0000000000000000FFFF0000";

// An address and port in the table's format: words in host byte order.
std::string end_of(const StreamSocket::endpoint_type& endpoint) {
  if (endpoint.data()->sa_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(*endpoint.data());
    return fmt::format("{:08X}:{:04X}", v4.sin_addr.s_addr, ntohs(v4.sin_port));
  }
  if (endpoint.data()->sa_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(*endpoint.data());
    const auto& words = v6.sin6_addr.s6_addr32;
    return fmt::format("{:08X}{:08X}{:08X}{:08X}:{:04X}", words[0], words[1], words[2], words[3],
                       ntohs(v6.sin6_port));
  }
  return {};
}

std::string_view next_word(std::string_view& line) {
  const std::size_t begin = std::min(line.find_first_not_of(' '), line.size());
  line.remove_prefix(begin);
  const std::string_view word = line.substr(0, line.find(' '));
  line.remove_prefix(word.size());
  return word;
}

std::string_view without_mapping(std::string_view end) {
  return end.starts_with(kMapped) ? end.substr(kMapped.size()) : end;
}

std::string key_of(std::string_view own, std::string_view other) {
  return std::string(without_mapping(own)).append(" ").append(without_mapping(other));
}

}  // namespace

std::string address_of_peer(const StreamSocket& socket) {
  boost::system::error_code failed;
  const auto peer = socket.remote_endpoint(failed);
  if (failed || peer.data()->sa_family == AF_UNIX) return {};
  char text[NI_MAXHOST] = {};
  const int unknown = ::getnameinfo(peer.data(), static_cast<socklen_t>(peer.size()), text,
                                    sizeof text, nullptr, 0, NI_NUMERICHOST);
  if (unknown != 0) return {};
  constexpr std::string_view kMappedText = "::ffff:";
  const std::string_view address = text;
  const bool mapped = address.starts_with(kMappedText) && address.find('.') != address.npos;
  return std::string(mapped ? address.substr(kMappedText.size()) : address);
}

std::optional<OtherEnd> PeerTable::find(const StreamSocket& socket) {
  boost::system::error_code failed;
  const auto peer = socket.remote_endpoint(failed);
  if (failed) return std::nullopt;
  const auto own = socket.local_endpoint(failed);
  if (failed) return std::nullopt;
  const std::string from = end_of(peer);
  if (from.empty()) return std::nullopt;
  read_if_due();
  const auto found = ends_.find(key_of(from, end_of(own)));
  if (found == ends_.end()) return std::nullopt;
  return found->second;
}

void PeerTable::read_if_due() {
  const Clock::time_point now = Clock::now();
  if (now < next_) return;
  ends_.clear();
  read("/proc/self/net/tcp");
  read("/proc/self/net/tcp6");
  const Clock::time_point done = Clock::now();
  next_ = done + std::max<Clock::duration>(kLeastInterval, kTimeShare * (done - now));
}

// A line is: number, own end, other end, state, queues "sent:received", timer, retransmits, user,
// timeout, inode. The inode is 0 if no process holds the socket.
void PeerTable::read(const char* path) {
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);  // the header line
  while (std::getline(in, line)) {
    std::array<std::string_view, 10> words;
    std::string_view rest = line;
    for (std::string_view& word : words) word = next_word(rest);
    const std::size_t colon = words[4].find(':');
    if (words[9].empty() || colon == std::string_view::npos) continue;
    OtherEnd end;
    end.unread = std::strtoull(words[4].data() + colon + 1, nullptr, 16);
    end.held = words[9] != "0";
    ends_[key_of(words[1], words[2])] = end;
  }
}

ReadingProgress::Clock::duration ReadingProgress::stalled_for(Stream& stream, std::uint64_t written,
                                                              PeerTable& peers) {
  int queued = 0;
  if (::ioctl(stream.socket().native_handle(), SIOCOUTQ, &queued) != 0) queued = 0;
  const std::uint64_t acknowledged = stream.sent(written) - static_cast<std::uint64_t>(queued);
  const std::optional<OtherEnd> other = peers.find(stream.socket());
  const std::uint64_t unread = other ? other->unread : 0;
  if (acknowledged != acknowledged_ || unread != unread_) since_ = Clock::now();
  acknowledged_ = acknowledged;
  unread_ = unread;
  return Clock::now() - since_;
}

}  // namespace fortnight::daemon
