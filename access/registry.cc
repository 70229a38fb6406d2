#include "access/registry.h"

#include "base/ip_address.h"

namespace fortnight::access {

Registry::Registry(storage::FileSystem& files, bool required)
    : file_(files),
      limiter_(files),
      tokens_(file_),
      people_(file_, hasher_, sessions_),
      sign_in_(people_, hasher_, sessions_, limiter_, required) {}

Registry::TokenOwner Registry::find_token(std::string_view token, std::string_view peer,
                                          TimeNs now) {
  if (auto identity = tokens_.find(token, now)) return {std::move(identity)};
  if (peer.empty()) return {};
  const std::string address = network_of(peer);
  return {nullptr, limiter_.begin({{Limiter::Kind::token_peer, address}}, now).wait};
}

Result<void> Registry::keep(TimeNs now) {
  const bool ends = now == kMaxTime;
  if (!ends) sessions_.sweep(now);
  auto kept = tokens_.keep(now);
  FORTNIGHT_TRY(limiter_.keep(ends ? 0 : now));
  return kept;
}

}  // namespace fortnight::access
