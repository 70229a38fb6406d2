#include "daemon/http/guards.h"

#include <algorithm>

#include "base/ascii.h"

namespace fortnight::daemon {
namespace {

bool is_host_name(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_alphanumeric(c) || c == '-' || c == '.' || c == '_';
  });
}

bool is_port_number(std::string_view text) {
  return text.size() <= 5 && std::all_of(text.begin(), text.end(), is_digit);
}

bool is_listed(const std::vector<std::string>& names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

// Whether the origin has this host and port. Behind a proxy that ends TLS, the scheme differs.
bool is_of(std::string_view origin, std::string_view host) {
  const std::size_t scheme = origin.find("://");
  if (scheme == origin.npos) return false;
  const std::string_view name = origin.substr(0, scheme);
  return (name == "http" || name == "https") && equal_without_case(origin.substr(scheme + 3), host);
}

}  // namespace

std::string host_name(std::string_view host) {
  std::string_view name = host;
  std::string_view port;
  if (host.starts_with('[')) {
    const std::size_t end = host.find(']');
    if (end == host.npos) return {};
    name = host.substr(0, end + 1);
    port = host.substr(end + 1);
    const std::string_view inside = name.substr(1, name.size() - 2);
    const bool address = !inside.empty() && std::all_of(inside.begin(), inside.end(), [](char c) {
      return is_hex(c) || c == ':' || c == '.';
    });
    if (!address) return {};
  } else {
    const std::size_t colon = std::min(host.find(':'), host.size());
    name = host.substr(0, colon);
    port = host.substr(colon);
    if (!is_host_name(name)) return {};
  }
  if (!port.empty() && (port[0] != ':' || !is_port_number(port.substr(1)))) return {};
  return lower(name);
}

OriginRules::OriginRules(std::vector<std::string> hosts, std::vector<std::string> origins)
    : hosts_(std::move(hosts)), origins_(std::move(origins)) {
  for (std::string& host : hosts_) host = lower(host);
  for (std::string& origin : origins_) origin = lower(origin);
  hosts_.insert(hosts_.end(), {"localhost", "127.0.0.1", "[::1]"});
}

bool OriginRules::knows_host(std::string_view host) const {
  const std::string name = host_name(host);
  return !name.empty() && is_listed(hosts_, name);
}

bool OriginRules::knows_origin(std::string_view origin) const {
  return !origin.empty() && is_listed(origins_, lower(origin));
}

bool OriginRules::is_own(const RequestOrigin& request) {
  if (!request.origin.empty()) return is_of(request.origin, request.host);
  const std::string site = lower(request.sec_fetch_site);
  return site.empty() || site == "same-origin" || site == "none";
}

bool OriginRules::admits(const RequestOrigin& request, bool navigation) const {
  if (knows_origin(request.origin) || is_own(request)) return true;
  return request.origin.empty() && navigation &&
         equal_without_case(request.sec_fetch_mode, "navigate");
}

}  // namespace fortnight::daemon
