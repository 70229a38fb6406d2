// The reader of an answer, and what the reader may see.
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "access/rights.h"
#include "base/time.h"

namespace fortnight::access {

// Thread-safe: only end() changes it. A connection keeps its identity for as long as it lasts, so
// it checks valid() at each request.
class Identity {
 public:
  // `accounts`: the accounts whose calls it may see, ascending; nothing: all. `expires`: when it
  // ends; nothing: never.
  Identity(std::string name, Rights rights,
           std::optional<std::vector<std::string>> accounts = std::nullopt,
           std::optional<TimeNs> expires = std::nullopt)
      : name_(std::move(name)),
        rights_(rights),
        accounts_(std::move(accounts)),
        expires_(expires) {}

  // For the log: "token ci", "local jo".
  [[nodiscard]] const std::string& name() const { return name_; }
  [[nodiscard]] Rights rights() const { return rights_; }
  [[nodiscard]] bool may(Right right) const { return rights_.has(right); }
  [[nodiscard]] const std::optional<std::vector<std::string>>& accounts() const {
    return accounts_;
  }

  [[nodiscard]] bool valid(TimeNs now) const {
    return !ended_.load(std::memory_order_relaxed) && (!expires_ || now < *expires_);
  }
  // It isn't valid any more: the token was revoked.
  void end() const { ended_.store(true, std::memory_order_relaxed); }

 private:
  const std::string name_;
  const Rights rights_;
  const std::optional<std::vector<std::string>> accounts_;
  const std::optional<TimeNs> expires_;
  mutable std::atomic<bool> ended_{false};
};

// Never null.
using Reader = std::shared_ptr<const Identity>;

// {"name":"token ci","rights":["counts"],"accounts":null}
std::string identity_json(const Identity& identity);

// The identity that may read everything: of programs that have the files, and of all clients where
// no identity is required.
Reader everybody();
// The identity without rights: of clients without a token, where an identity is required.
Reader nobody();

}  // namespace fortnight::access
