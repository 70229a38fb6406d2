#include "config/listeners.h"

#include <variant>
#include <vector>

namespace fortnight::config {
namespace {

bool is_wildcard(const Address& address) {
  return address.host == "0.0.0.0" || address.host == "::";
}

std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts) text += (text.empty() ? "" : " and ") + part;
  return text;
}

}  // namespace

void Listeners::add(const Node& node, const std::string& where) {
  const auto [known, added] = nodes_.try_emplace(where, node);
  if (added || where.ends_with(":0")) return;
  problems_.add(node, "`" + where + "` is listened on twice, also by line " +
                          std::to_string(known->second.Mark().line + 1));
}

void Listeners::read(const Node& node, Address& address) {
  Address given;
  read_address(problems_, node, given);
  if (given == Address{}) return;
  address = given;
  add(node, address.to_string());
}

void Listeners::read_datagrams(const Node& node, Address& address) {
  Address given;
  read_address(problems_, node, given);
  if (given == Address{}) return;
  address = given;
  // The same number may be a port of TCP, too.
  add(node, "udp " + address.to_string());
}

void Listeners::read_socket(const Node& node, std::string& path) {
  read_path(problems_, node, path);
  if (path.empty()) return;
  if (surroundings_.socket_problem) {
    if (const auto problem = surroundings_.socket_problem(path)) {
      problems_.add(node, describe(node) + ": " + *problem);
    }
  }
  add(node, surroundings_.resolved ? surroundings_.resolved(path) : path);
}

const Node& Listeners::node_of(const Node& root, const Address& address) const {
  const auto found = nodes_.find(address.to_string());
  return found == nodes_.end() ? root : found->second;
}

void Listeners::settle(const Node& root, Config& config) {
  settle(root, config, Kind::query, config.query.listen, config.query.tls);
  if (config.web.enabled) settle(root, config, Kind::web, config.web.listen, config.web.tls);
  for (Source& source : config.sources) settle(root, config, source);
}

void Listeners::settle(const Node& root, const Config& config, Source& source) {
  Reach reach = Reach::host;
  bool asks = config.access.required;
  Address address;
  if (auto* const tcp = std::get_if<TcpSource>(&source.from)) {
    reach = settle(root, config, Kind::source, tcp->listen, tcp->tls);
    address = tcp->listen;
  } else if (auto* const http = std::get_if<HttpSource>(&source.from)) {
    reach = settle(root, config, Kind::source, http->listen, http->tls);
    address = http->listen;
  } else if (const auto* const udp = std::get_if<UdpSource>(&source.from)) {
    return settle_datagrams(root, source, *udp);
  } else {
    const auto* const socket = std::get_if<UnixSource>(&source.from);
    if (socket != nullptr && socket->datagrams) {
      const auto found = nodes_.find(surroundings_.resolved ? surroundings_.resolved(socket->listen)
                                                            : socket->listen);
      refuse_identity(found == nodes_.end() ? root : found->second, source);
    }
    asks = false;  // the permissions of a socket's file say who may send
  }
  if (reach == Reach::network && !source.require_identity.value_or(true)) {
    problems_.add(node_of(root, address),
                  "`require_identity: false` where other hosts can reach the source");
  }
  if (!source.require_identity && asks) source.require_identity = true;
}

void Listeners::settle_datagrams(const Node& root, Source& source, const UdpSource& udp) {
  if (udp.listen.host.empty()) return;  // reported already
  const std::string where = udp.listen.to_string();
  const auto found = nodes_.find("udp " + where);
  const Node& node = found == nodes_.end() ? root : found->second;
  const Result<Reach> reach =
      surroundings_.reach ? surroundings_.reach(udp.listen) : Result<Reach>(Reach::host);
  if (!reach) return problems_.add(node, "`" + where + "`: " + reach.error().message);
  if (*reach == Reach::network) {
    return problems_.add(node, "`" + where + "`: other hosts can reach this address",
                         "a loopback address such as 127.0.0.1, since UDP has no TLS");
  }
  refuse_identity(node, source);
}

void Listeners::refuse_identity(const Node& node, const Source& source) {
  if (!source.require_identity.value_or(false)) return;
  problems_.add(node, "`require_identity: true`: datagrams say nothing of their sender");
}

Reach Listeners::settle(const Node& root, const Config& config, Kind kind, const Address& address,
                        std::optional<bool>& tls) {
  if (address.host.empty()) return Reach::host;  // reported already
  const Node& node = node_of(root, address);
  const Result<Reach> reach =
      surroundings_.reach ? surroundings_.reach(address) : Result<Reach>(Reach::host);
  if (!reach) {
    problems_.add(node, "`" + address.to_string() + "`: " + reach.error().message);
    return Reach::host;
  }
  const bool beyond = *reach == Reach::network;
  if (!tls && beyond) tls = true;
  const bool speaks_tls = tls.value_or(false);
  std::vector<std::string> missing;
  if ((beyond || speaks_tls) && !config.tls.enabled()) {
    missing.emplace_back("a section `tls: {certificate: FILE, key: FILE}`");
  }
  if (!beyond) {
    if (!missing.empty()) {
      problems_.add(node, "`tls: true` without a certificate", joined(missing));
    }
    return Reach::host;
  }
  if (!speaks_tls) missing.emplace_back("`tls: true`");
  if (!config.access.required) missing.emplace_back("`access: {required: true}`");
  if (kind == Kind::web && is_wildcard(address) && config.web.hosts.empty()) {
    missing.emplace_back("`web: {hosts: [NAME]}` with the names that browsers reach it by");
  }
  if (!missing.empty()) {
    problems_.add(node, "`" + address.to_string() + "`: other hosts can reach this address",
                  joined(missing) + ", or a loopback address such as 127.0.0.1");
  }
  return Reach::network;
}

}  // namespace fortnight::config
