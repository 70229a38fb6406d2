#include "config/read_access.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace fortnight::config {
namespace {

using RightKnown = std::function<bool(std::string_view name)>;

void read_local_users(Problems& problems, const Node& node, LocalUsers& local) {
  Mapping map(problems, node, "users");
  map.read("users", local.users, read_texts);
  map.read("groups", local.groups, read_texts);
  map.done();
}

void read_certificate(Problems& problems, const Node& node, const RightKnown& right_known,
                      CertificateAccess& certificate) {
  const auto read_rights = [&](Problems&, const Node& names, std::vector<std::string>& rights) {
    read_texts(problems, names, rights);
    for (const std::string& right : rights) {
      if (right_known && !right_known(right)) {
        problems.add(names, "there is no right `" + right + "`");
      }
    }
  };
  Mapping map(problems, node, "certificate");
  map.require("san", certificate.san, read_text);
  map.require("rights", certificate.rights, read_rights);
  std::vector<std::string> accounts;
  if (map.read("accounts", accounts, read_texts)) certificate.accounts = std::move(accounts);
  map.done();
}

}  // namespace

void read_access(Problems& problems, const Node& node, const RightKnown& right_known,
                 Access& access) {
  const auto read_certificates = [&](Problems&, const Node& list,
                                     std::vector<CertificateAccess>& certificates) {
    read_list(problems, list, [&](const Node& element) {
      read_certificate(problems, element, right_known, certificates.emplace_back());
    });
  };
  Mapping map(problems, node, "access");
  map.read("required", access.required, one_of<bool>({{"true", true}, {"false", false}}));
  map.read("admins", access.admins, read_local_users);
  map.read("readers", access.readers, read_local_users);
  map.read("certificates", access.certificates, read_certificates);
  map.done();
}

void read_tls(Problems& problems, const Node& node, Tls& tls) {
  Tls read;
  Mapping map(problems, node, "tls");
  map.require("certificate", read.certificate, read_path);
  map.require("key", read.key, read_path);
  map.read("client_ca", read.client_ca, read_path);
  map.done();
  if (!read.certificate.empty() && !read.key.empty()) tls = std::move(read);
}

}  // namespace fortnight::config
