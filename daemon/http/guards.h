// Checks of a request's headers against attacks through a browser on the same host, without I/O.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace fortnight::daemon {

// The headers that say where a request comes from; empty if absent.
struct RequestOrigin {
  std::string_view host;            // Host
  std::string_view origin;          // Origin
  std::string_view sec_fetch_site;  // Sec-Fetch-Site
  std::string_view sec_fetch_mode;  // Sec-Fetch-Mode
};

// The host of a Host header, in lower case and without its port: "localhost", "[::1]"; empty if the
// header isn't well-formed.
std::string host_name(std::string_view host);

class OriginRules {
 public:
  // `hosts`: names that a Host header may have, beside those of the loopback interface. `origins`:
  // other sites whose pages may use the API.
  OriginRules(std::vector<std::string> hosts, std::vector<std::string> origins);

  // Whether the Host header has one of this server's names. A page of another site that has its
  // name resolved to this host (DNS rebinding) has another one.
  [[nodiscard]] bool knows_host(std::string_view host) const;
  // Whether the request comes from a page of this server, of a configured origin, or from no page.
  // `navigation`: the route is a page that may be opened by a link of any site.
  [[nodiscard]] bool admits(const RequestOrigin& request, bool navigation) const;
  // Whether the request comes from a page of this server, or from no page.
  [[nodiscard]] static bool is_own(const RequestOrigin& request);
  // Whether the origin is configured: its pages get CORS headers.
  [[nodiscard]] bool knows_origin(std::string_view origin) const;

 private:
  std::vector<std::string> hosts_;    // in lower case
  std::vector<std::string> origins_;  // in lower case
};

}  // namespace fortnight::daemon
