// Decides who may bring lines to a source.
//
// - A source that doesn't require an identity takes lines from anybody. A sender that shows a token
//   nonetheless is held to it.
// - A source that requires one takes lines from senders with the right `ingest`: by a token, by a
//   client's certificate, or by the user of a local process on a unix socket.
//
// What a sender of some accounts brings for others is rejected line by line
// (intake::Mapper::restrict_accounts).
#pragma once

#include <optional>
#include <string_view>

#include "access/identity.h"
#include "daemon/clock.h"
#include "daemon/gate.h"
#include "daemon/net/stream.h"
#include "query/request_error.h"

namespace fortnight::daemon {

// Immutable, therefore thread-safe.
class SenderRule {
 public:
  // Anybody may bring lines, and tokens are unknown.
  SenderRule() = default;
  // Both must outlive it.
  SenderRule(const Gate& gate, const Clock& clock, bool required)
      : gate_(&gate), clock_(&clock), required_(required) {}

  // Who has connected; null: the source doesn't ask.
  [[nodiscard]] access::Reader who_connected(const Stream& stream) const {
    return required_ ? gate_->who_connected(stream) : nullptr;
  }
  // Whose token that is. `peer`: the client's address; empty: the unix socket.
  [[nodiscard]] query::Parsed<access::Reader> who_has(std::string_view token,
                                                      std::string_view peer) const;
  // Why the sender may bring no lines now; nothing if it may. `sender` may be null.
  [[nodiscard]] std::optional<query::RequestError> why_not(const access::Reader& sender) const;

 private:
  const Gate* gate_ = nullptr;
  const Clock* clock_ = nullptr;
  bool required_ = false;
};

}  // namespace fortnight::daemon
