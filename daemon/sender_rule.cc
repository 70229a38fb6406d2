#include "daemon/sender_rule.h"

namespace fortnight::daemon {

query::Parsed<access::Reader> SenderRule::who_has(std::string_view token,
                                                  std::string_view peer) const {
  if (gate_ == nullptr) return query::RequestError("not-authenticated", "there are no tokens here");
  return gate_->who_has(token, peer);
}

std::optional<query::RequestError> SenderRule::why_not(const access::Reader& sender) const {
  if (sender == nullptr || gate_ == nullptr) {
    if (!required_) return std::nullopt;
    return query::RequestError("not-authenticated",
                               "this source needs a token with the right ingest");
  }
  if (!sender->valid(clock_->now())) {
    return query::RequestError("not-authenticated", "the token or the certificate has ended");
  }
  if (sender->may(access::Right::ingest)) return std::nullopt;
  if (sender->rights().empty() || sender == access::everybody()) {
    return query::RequestError("not-authenticated",
                               "this source needs a token with the right ingest");
  }
  return query::RequestError("denied", "the right ingest is needed to bring lines");
}

}  // namespace fortnight::daemon
