#include "daemon/gate.h"

#include <grp.h>
#include <pwd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "daemon/net/tls_context.h"

namespace fortnight::daemon {
namespace {

using access::Rights;

std::optional<unsigned> number_of(const std::string& text) {
  unsigned number = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, failed] = std::from_chars(text.data(), end, number);
  if (failed != std::errc() || stop != end) return std::nullopt;
  return number;
}

// Called before threads start: getpwnam() and getgrnam() are not thread-safe.
std::optional<uid_t> user_of(const std::string& name) {
  if (const auto number = number_of(name)) return *number;
  const passwd* const found = ::getpwnam(name.c_str());
  return found != nullptr ? std::optional(found->pw_uid) : std::nullopt;
}

std::optional<gid_t> group_of(const std::string& name) {
  if (const auto number = number_of(name)) return *number;
  const group* const found = ::getgrnam(name.c_str());
  return found != nullptr ? std::optional(found->gr_gid) : std::nullopt;
}

std::string local_name(uid_t user) {
  passwd entry{};
  passwd* found = nullptr;
  std::vector<char> buffer(16U << 10);
  const int failed = ::getpwuid_r(user, &entry, buffer.data(), buffer.size(), &found);
  const bool named = failed == 0 && found != nullptr;
  return "local " + (named ? std::string(found->pw_name) : std::to_string(user));
}

// The peer's groups when it connected.
std::set<gid_t> groups_of(int socket, gid_t primary) {
  std::set<gid_t> groups{primary};
  std::vector<gid_t> others(256);
  for (int round = 0; round < 2; ++round) {
    socklen_t size = static_cast<socklen_t>(others.size() * sizeof(gid_t));
    const int failed = ::getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, others.data(), &size);
    others.resize(size / sizeof(gid_t));  // ERANGE: the number there are
    if (failed == 0) {
      groups.insert(others.begin(), others.end());
      break;
    }
    if (errno != ERANGE) break;
  }
  return groups;
}

}  // namespace

bool Gate::Members::contain(uid_t user, const std::set<gid_t>& groups_of_user) const {
  return users.contains(user) || std::any_of(groups_of_user.begin(), groups_of_user.end(),
                                             [&](gid_t one) { return groups.contains(one); });
}

Result<Gate::Members> Gate::members_of(const config::LocalUsers& local) {
  Members members;
  for (const std::string& name : local.users) {
    const auto user = user_of(name);
    if (!user) return Error{ErrorCode::not_found, "access: there is no user " + name};
    members.users.insert(*user);
  }
  for (const std::string& name : local.groups) {
    const auto found = group_of(name);
    if (!found) return Error{ErrorCode::not_found, "access: there is no group " + name};
    members.groups.insert(*found);
  }
  return members;
}

Result<Gate::CertificateHolder> Gate::holder_of(const config::CertificateAccess& config) {
  CertificateHolder holder{certificate_name(config.san), config.san, {}, config.accounts};
  for (const std::string& name : config.rights) {
    const auto right = access::find_right(name);
    if (!right) return Error{ErrorCode::not_found, "access: there is no right " + name};
    holder.rights.add(*right);
  }
  if (holder.accounts) std::sort(holder.accounts->begin(), holder.accounts->end());
  return holder;
}

Result<Gate> Gate::make(const config::Access& config, access::Registry& registry,
                        const Clock& clock) {
  Gate gate(registry, clock);
  gate.required_ = config.required;
  FORTNIGHT_ASSIGN(gate.admins_, members_of(config.admins));
  FORTNIGHT_ASSIGN(gate.readers_, members_of(config.readers));
  for (const config::CertificateAccess& certificate : config.certificates) {
    FORTNIGHT_ASSIGN(CertificateHolder holder, holder_of(certificate));
    gate.certificates_.push_back(std::move(holder));
  }
  gate.admins_.users.insert(0);
  gate.admins_.users.insert(::geteuid());
  return gate;
}

std::shared_ptr<const access::Identity> Gate::holder(const PeerCertificate& certificate) const {
  for (const CertificateHolder& holder : certificates_) {
    const auto& names = certificate.names;
    if (std::find(names.begin(), names.end(), holder.name) == names.end()) continue;
    return std::make_shared<const access::Identity>("certificate " + holder.san, holder.rights,
                                                    holder.accounts, certificate.not_after);
  }
  return nullptr;
}

access::Reader Gate::who_connected(const Stream& stream) const {
  access::Reader unknown = required_ ? access::nobody() : access::everybody();
  if (const PeerCertificate* const certificate = stream.certificate()) {
    const auto identity = holder(*certificate);
    return identity == nullptr ? unknown : identity;
  }
  // Asio's sockets have no const way to their handle.
  const int handle = const_cast<StreamSocket&>(stream.socket()).native_handle();
  ucred peer{};
  socklen_t size = sizeof peer;
  const bool local = ::getsockopt(handle, SOL_SOCKET, SO_PEERCRED, &peer, &size) == 0;
  // TCP sockets answer too, with an impossible user.
  if (!local || peer.uid == static_cast<uid_t>(-1)) return unknown;
  const std::set<gid_t> groups = groups_of(handle, peer.gid);
  if (admins_.contain(peer.uid, groups)) {
    return std::make_shared<const access::Identity>(local_name(peer.uid), Rights::all());
  }
  if (readers_.contain(peer.uid, groups)) {
    return std::make_shared<const access::Identity>(local_name(peer.uid), Rights::reading());
  }
  return unknown;
}

query::Parsed<access::Reader> Gate::who_has(std::string_view token, std::string_view peer) const {
  auto owner = registry_->find_token(token, peer, clock_->now());
  if (owner.identity != nullptr) return std::move(owner.identity);
  if (owner.wait > 0) return query::too_many_tries(owner.wait);
  return query::RequestError("not-authenticated", "no such token, or it has ended");
}

std::shared_ptr<const access::Identity> Gate::who_is_signed_in(std::string_view cookie) const {
  const auto session = registry_->sign_in().find(cookie, clock_->now());
  return session ? session->identity : nullptr;
}

}  // namespace fortnight::daemon
