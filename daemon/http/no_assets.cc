#include "daemon/http/asset.h"

namespace fortnight::web {

// For a daemon that is built without the page.
std::span<const Asset> assets() { return {}; }

}  // namespace fortnight::web
