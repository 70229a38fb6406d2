// The people who may sign in, with their passwords and second factors. Entries of
// access/access_file.h:
//
//   {"name":"jo","rights":["counts"],"accounts":["A1"],"password":"$argon2id$…",
//    "one_time_until":"…","totp":"BASE32","totp_step":59523456,"recovery":["sha256",…],
//    "created":"…","used":"…","disabled":true}
//
// `accounts` is absent where there is no restriction, `one_time_until` unless an admin made the
// password, `totp`, `totp_step` and `recovery` until an authenticator app is set up.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/access_file.h"
#include "access/grant.h"
#include "access/passwords.h"
#include "access/secret.h"
#include "access/sessions.h"
#include "base/error.h"
#include "base/mutex.h"

namespace fortnight::access {

// How long a password that an admin made can be used.
inline constexpr TimeNs kOneTimePasswordTime = 7 * kNsPerDay;
inline constexpr std::size_t kRecoveryCodes = 10;

struct Person {
  std::string name;
  Grant grant;
  std::string password;                  // its hash
  std::optional<TimeNs> one_time_until;  // an admin made the password: it must be replaced
  std::string totp_secret;               // empty: no authenticator app
  std::int64_t totp_step = 0;            // of the last code that was accepted
  std::vector<Digest> recovery_codes;    // those that can be used
  TimeNs created = 0;
  std::optional<TimeNs> used;  // the last sign-in
  bool disabled = false;
  std::uint64_t generation = 0;  // differs after each change that ends sessions; not stored

  [[nodiscard]] bool has_factor() const { return !totp_secret.empty(); }
};

// The form of a name in which it is stored and compared: in lower case, since telephones begin with
// a capital letter. Nothing if it isn't 1 to 64 letters, digits and . _ - @
std::optional<std::string> person_name(std::string_view text);
// Why it can't be a password; empty if it can.
std::string problem_of_password(std::string_view password, std::string_view name);

// Thread-safe. Functions that change an entry are durable when they return; they compute a hash or
// wait for the disk. Those of admins end the person's sessions. ErrorCode::not_found: there is no
// such person, or the entry has another generation.
class People {
 public:
  // Reads the file's people. All must outlive it. If the file can't be read, there are none, and
  // functions that would write it return why.
  People(AccessFile& file, PasswordHasher& hasher, Sessions& sessions);

  [[nodiscard]] std::optional<Person> find(std::string_view name) const;
  // By name.
  [[nodiscard]] std::vector<Person> list() const;

  // ---- for admins ----

  // What a person needs to sign in, which can't be had again.
  struct Credentials {
    std::string password;                          // empty: unchanged
    std::string totp_secret;                       // empty: none was made
    std::vector<std::string> recovery_codes = {};  // with totp_secret
  };
  // Adds a person with a one-time password, and with an authenticator app's secret if `totp`.
  // ErrorCode::invalid says what is wrong with the terms.
  Result<Credentials> add(std::string_view name, Grant grant, bool totp, TimeNs now);
  Result<Credentials> reset_password(std::string_view name, TimeNs now);
  // Removes the authenticator app, or replaces it if `totp`.
  Result<Credentials> reset_totp(std::string_view name, bool totp);
  Result<void> set_disabled(std::string_view name, bool disabled);
  Result<void> remove(std::string_view name);

  // ---- for the person, who has signed in as `generation` of the entry ----

  // Notes that the code of this step was used. ErrorCode::invalid: it was used before.
  Result<void> use_step(const Person& person, std::int64_t step, TimeNs now);
  // Removes the code. ErrorCode::invalid: the person has no such code.
  Result<void> use_recovery_code(const Person& person, std::string_view code, TimeNs now);
  // Replaces the password, and returns the new generation.
  Result<std::uint64_t> set_password(const Person& person, std::string_view password);
  // Sets the authenticator app, of which the code of `step` was used.
  struct Enrolled {
    std::uint64_t generation;
    std::vector<std::string> recovery_codes;
  };
  Result<Enrolled> enrol(const Person& person, std::string_view totp_secret, std::int64_t step);
  // Notes a sign-in that changes nothing else.
  Result<void> note_sign_in(const Person& person, TimeNs now);

 private:
  using ByName = std::map<std::string, Person, std::less<>>;
  using Change = std::function<Result<void>(Person&)>;

  // Changes the entry that `name` has, or had with this generation.
  Result<Person> change(std::string_view name, std::optional<std::uint64_t> generation,
                        const Change& apply);
  // The same for an admin, and ends the person's sessions, even if the change fails.
  Result<Person> change_by_admin(std::string_view name, const Change& apply);
  Result<void> write(const ByName& by_name) REQUIRES(mutex_);

  AccessFile& file_;
  PasswordHasher& hasher_;
  Sessions& sessions_;
  mutable Mutex mutex_;
  ByName by_name_ GUARDED_BY(mutex_);
  std::uint64_t last_generation_ GUARDED_BY(mutex_) = 0;
};

}  // namespace fortnight::access
