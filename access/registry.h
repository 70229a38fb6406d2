// Everything about who may ask: tokens, people, their sessions and the limiter of tries.
#pragma once

#include <memory>
#include <optional>
#include <string_view>

#include "access/access_file.h"
#include "access/limiter.h"
#include "access/passwords.h"
#include "access/people.h"
#include "access/sessions.h"
#include "access/sign_in.h"
#include "access/tokens.h"

namespace fortnight::access {

// Thread-safe.
class Registry {
 public:
  // Reads the files. `files` must outlive it. `required`: everybody needs an identity to read.
  Registry(storage::FileSystem& files, bool required);

  // Why the file of tokens and people can't be read; nothing if it can.
  [[nodiscard]] const std::optional<Error>& unreadable() const { return file_.unreadable(); }
  // The same of the file of tries. They are counted anew then.
  [[nodiscard]] const std::optional<Error>& tries_unreadable() const {
    return limiter_.unreadable();
  }
  [[nodiscard]] Tokens& tokens() { return tokens_; }
  [[nodiscard]] People& people() { return people_; }
  [[nodiscard]] SignIn& sign_in() { return sign_in_; }
  // How many hashes of passwords were computed.
  [[nodiscard]] std::uint64_t hashes_computed() const { return hasher_.computed(); }
  // How many sessions the person has.
  [[nodiscard]] std::size_t sessions_of(std::string_view name) const {
    return sessions_.count_of(name);
  }

  // Whose token that is, for a client at this address (empty: the unix socket). A wrong one counts
  // as a failed try of the address; `wait`: it has had its tries. Right ones are never refused:
  // they can't be guessed, and others at the same address may have wrong ones.
  struct TokenOwner {
    std::shared_ptr<const Identity> identity;  // null: the token is none, or has ended
    TimeNs wait = 0;
  };
  TokenOwner find_token(std::string_view token, std::string_view peer, TimeNs now);

  // Writes what has changed and may be written late, and ends old sessions. `now`: kMaxTime at the
  // end. On a thread that may wait for the disk.
  Result<void> keep(TimeNs now);

 private:
  AccessFile file_;
  PasswordHasher hasher_;
  Sessions sessions_;
  Limiter limiter_;
  Tokens tokens_;
  People people_;
  SignIn sign_in_;
};

}  // namespace fortnight::access
