// IP addresses as text.
#pragma once

#include <string>
#include <string_view>

namespace fortnight {

// The part of an address that one subscriber has: all of an IPv4 address, the first 64 bits of an
// IPv6 address, followed by zeros. `address` has no port; a zone (`%eth0`) doesn't count. An IPv4
// address that is mapped into IPv6 is the IPv4 one. Other texts are returned as they are.
std::string network_of(std::string_view address);

}  // namespace fortnight
