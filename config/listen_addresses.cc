#include "config/listen_addresses.h"

namespace fortnight::config {

void ListenAddresses::add(const Node& node, const std::string& where) {
  const auto [known, added] = lines_.try_emplace(where, node.Mark().line + 1);
  if (added) return;
  problems_.add(
      node, "`" + where + "` is listened on twice, also by line " + std::to_string(known->second));
}

}  // namespace fortnight::config
