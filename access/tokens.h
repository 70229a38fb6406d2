// The tokens that were issued, and their file.
//
// The file `access` of the data directory is JSON and versioned:
//
//   {"version":1,"tokens":[{"name":"ci","id":"…","sha256":"…","rights":["counts"],
//    "accounts":["A1"],"created":"…","expires":"…","used":"…"}]}
//
// `accounts` and `expires` are absent where there is no restriction; times are RFC 3339. It is
// replaced as a whole. If it can't be read, nobody is let in by a token, and it isn't replaced.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/identity.h"
#include "access/token.h"
#include "base/error.h"
#include "base/mutex.h"
#include "storage/files/file_system.h"

namespace fortnight::access {

inline constexpr std::string_view kTokensFile = "access";

// What a token is issued for.
struct TokenTerms {
  std::string name;  // unique: letters, digits and . _ - , at most 64
  Rights rights;
  std::optional<std::vector<std::string>> accounts;  // nothing: all
  std::optional<TimeNs> expires;                     // nothing: never
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

  // Reads the file, if there is one. `files` must outlive it.
  explicit Tokens(storage::FileSystem& files);
  // Why the file can't be read; nothing if it can. Functions that would write it return this.
  [[nodiscard]] const std::optional<Error>& unreadable() const { return unreadable_; }

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
  static Result<ById> read(storage::FileSystem& files);
  Result<void> write(const ById& by_id) REQUIRES(mutex_);

  storage::FileSystem& files_;
  std::optional<Error> unreadable_;
  mutable Mutex mutex_;
  ById by_id_ GUARDED_BY(mutex_);
  bool used_ GUARDED_BY(mutex_) = false;  // since the file was written
  TimeNs written_ GUARDED_BY(mutex_) = 0;
};

}  // namespace fortnight::access
