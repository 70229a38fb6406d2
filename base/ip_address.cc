#include "base/ip_address.h"

#include <arpa/inet.h>
#include <netinet/in.h>

#include <algorithm>
#include <cstdint>

namespace fortnight {

std::string network_of(std::string_view address) {
  std::string text(address.substr(0, address.find('%')));
  in6_addr bytes{};
  if (::inet_pton(AF_INET6, text.c_str(), &bytes) != 1) return text;
  char out[INET6_ADDRSTRLEN] = {};
  if (IN6_IS_ADDR_V4MAPPED(&bytes) != 0) {
    ::inet_ntop(AF_INET, &bytes.s6_addr[12], out, sizeof out);
    return out;
  }
  std::fill(bytes.s6_addr + 8, bytes.s6_addr + 16, std::uint8_t{0});
  ::inet_ntop(AF_INET6, &bytes, out, sizeof out);
  return out;
}

}  // namespace fortnight
