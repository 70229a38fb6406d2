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

const Node& Listeners::node_of(const Node& root, const Address& address) const {
  const auto found = nodes_.find(address.to_string());
  return found == nodes_.end() ? root : found->second;
}

void Listeners::settle(const Node& root, Config& config) {
  settle(root, config, Kind::query, config.query.listen, config.query.tls);
  if (config.web.enabled) settle(root, config, Kind::web, config.web.listen, config.web.tls);
  for (Source& source : config.sources) {
    auto* const tcp = std::get_if<TcpSource>(&source.from);
    if (tcp != nullptr) settle(root, config, Kind::source, tcp->listen, tcp->tls);
  }
}

void Listeners::settle(const Node& root, const Config& config, Kind kind, const Address& address,
                       std::optional<bool>& tls) {
  if (address.host.empty()) return;  // reported already
  const Node& node = node_of(root, address);
  const Result<Reach> reach =
      surroundings_.reach ? surroundings_.reach(address) : Result<Reach>(Reach::host);
  if (!reach) return problems_.add(node, "`" + address.to_string() + "`: " + reach.error().message);
  const bool beyond = *reach == Reach::network;
  if (!tls && beyond) tls = true;
  const bool speaks_tls = tls.value_or(false);
  std::vector<std::string> missing;
  if ((beyond || speaks_tls) && !config.tls.enabled()) {
    missing.emplace_back("a section `tls: {certificate: FILE, key: FILE}`");
  }
  if (!beyond) {
    if (missing.empty()) return;
    return problems_.add(node, "`tls: true` without a certificate", joined(missing));
  }
  if (!speaks_tls) missing.emplace_back("`tls: true`");
  if (!config.access.required) missing.emplace_back("`access: {required: true}`");
  if (kind == Kind::source && config.tls.client_ca.empty()) {
    missing.emplace_back("`tls: {client_ca: FILE}`");
  }
  if (kind == Kind::web && is_wildcard(address) && config.web.hosts.empty()) {
    missing.emplace_back("`web: {hosts: [NAME]}` with the names that browsers reach it by");
  }
  if (missing.empty()) return;
  problems_.add(node, "`" + address.to_string() + "`: other hosts can reach this address",
                joined(missing) + ", or a loopback address such as 127.0.0.1");
}

}  // namespace fortnight::config
