// Identifies the client of a connection. What it may do is decided in query/permission.h.
//
// - The unix socket: the kernel names the client's user and groups (SO_PEERCRED, SO_PEERGROUPS).
//   Root, the daemon's user and access.admins may do everything; access.readers may read
//   everything.
// - A port, with a token: the identity for which the token was issued.
// - A port with TLS, with a client's certificate: the identity of the first of access.certificates
//   whose name the certificate has.
// - A port, with neither: the identity that may read everything, or, if access.required is set,
//   the one without rights.
//
// Immutable, therefore thread-safe.
#pragma once

#include <sys/types.h>

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "access/identity.h"
#include "access/registry.h"
#include "base/error.h"
#include "config/config.h"
#include "daemon/clock.h"
#include "daemon/net/stream.h"
#include "query/request_error.h"

namespace fortnight::daemon {

class Gate {
 public:
  // ErrorCode::not_found: a user, a group or a right of `config` doesn't exist. `registry`
  // and `clock` must outlive it.
  static Result<Gate> make(const config::Access& config, access::Registry& registry,
                           const Clock& clock);

  // Who has connected, before any token.
  [[nodiscard]] access::Reader who_connected(const Stream& stream) const;
  // Whose token that is. `peer`: the client's address; empty: the unix socket.
  [[nodiscard]] query::Parsed<access::Reader> who_has(std::string_view token,
                                                      std::string_view peer) const;
  // Whose session the cookie has; null if there is none.
  [[nodiscard]] std::shared_ptr<const access::Identity> who_is_signed_in(
      std::string_view cookie) const;

 private:
  struct Members {
    std::set<uid_t> users;
    std::set<gid_t> groups;
    [[nodiscard]] bool contain(uid_t user, const std::set<gid_t>& groups_of_user) const;
  };
  // Who has a client's certificate with one of these names.
  struct CertificateHolder {
    CertificateName name;
    std::string san;  // as configured
    access::Rights rights;
    std::optional<std::vector<std::string>> accounts;
  };
  Gate(access::Registry& registry, const Clock& clock) : registry_(&registry), clock_(&clock) {}
  static Result<Members> members_of(const config::LocalUsers& local);
  static Result<CertificateHolder> holder_of(const config::CertificateAccess& config);
  // Null: none of its names is configured.
  [[nodiscard]] std::shared_ptr<const access::Identity> holder(
      const PeerCertificate& certificate) const;

  access::Registry* registry_;
  const Clock* clock_;
  bool required_ = false;
  Members admins_;
  Members readers_;
  std::vector<CertificateHolder> certificates_;
};

}  // namespace fortnight::daemon
