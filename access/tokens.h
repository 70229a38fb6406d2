// The tokens that were issued. Entries of access/access_file.h:
//
//   {"name":"ci","id":"…","sha256":"…","rights":["counts"],"accounts":["A1"],"created":"…",
//    "expires":"…","used":"…"}
//
// `accounts` and `expires` are absent where there is no restriction; times are RFC 3339.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/access_file.h"
#include "access/grant.h"
#include "access/identity.h"
#include "access/token.h"
#include "base/error.h"
#include "base/mutex.h"

namespace fortnight::access {

// What a token is issued for.
struct TokenTerms {
  std::string name;  // unique; see is_name()
  Grant grant;
  std::optional<TimeNs> expires;  // nothing: never
};

// Thread-safe.
class Tokens {
 public:
  struct Entry {
    TokenTerms terms;
    Token token;
    TimeNs created = 0;
    std::optional<TimeNs> used;  // the last time; after a crash, up to ten minutes too early
  };

  // Reads the file's tokens. `file` must outlive it. If it can't be read, there are none, and
  // functions that would write it return why.
  explicit Tokens(AccessFile& file);

  // Whose token this is; null if it is none, was revoked or has expired. Notes that it was used.
  std::shared_ptr<const Identity> find(std::string_view text, TimeNs now);
  // Returns the new token's text, which can't be had again. ErrorCode::invalid says what is wrong
  // with the terms. It is durable when the function returns.
  Result<std::string> issue(TokenTerms terms, TimeNs now);
  // Connections that use it get no further answer. ErrorCode::not_found: there is no such name.
  Result<void> revoke(std::string_view name);
  // By name.
  [[nodiscard]] std::vector<Entry> list() const;
  // Writes when tokens were used, if that has changed: at most every ten minutes, unless `now` is
  // kMaxTime. On a thread that may wait for the disk.
  Result<void> keep(TimeNs now);

 private:
  struct Known {
    Entry entry;
    std::shared_ptr<const Identity> identity;
  };
  using ById = std::map<std::string, Known, std::less<>>;

  static Known known(Entry entry);
  Result<void> write(const ById& by_id) REQUIRES(mutex_);

  AccessFile& file_;
  mutable Mutex mutex_;
  ById by_id_ GUARDED_BY(mutex_);
  bool used_ GUARDED_BY(mutex_) = false;  // since the file was written
  TimeNs written_ GUARDED_BY(mutex_) = 0;
};

}  // namespace fortnight::access
