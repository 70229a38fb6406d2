// Sign-ins in progress and sessions, by the secret in their cookie. In memory only: a restart ends
// them.
//
//   password ──> factor ──> new_password ──> enrol ──> signed_in
//
// Steps that a person doesn't need are left out. Each step has its own secret, so that one that was
// known before a step is worth nothing after it. What leads from step to step is decided in
// access/sign_in.h.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "access/identity.h"
#include "access/secret.h"
#include "base/mutex.h"

namespace fortnight::access {

// What a person has to do next.
enum class Stage : std::uint8_t {
  factor,        // give a code of the authenticator app, or a recovery code
  new_password,  // replace the one-time password
  enrol,         // set up an authenticator app
  signed_in,     // nothing: the session reads
};
std::string_view name_of(Stage stage);

inline constexpr TimeNs kPendingTime = 600 * kNsPerSecond;  // from the password to the session
inline constexpr TimeNs kIdleTime = 1800 * kNsPerSecond;
inline constexpr TimeNs kMaxSessionTime = 12 * kNsPerHour;
// Enrolling needs a sign-in that is no older.
inline constexpr TimeNs kFreshTime = 600 * kNsPerSecond;
// Of one person; the least recently used one ends first.
inline constexpr std::size_t kMaxSessions = 20;

struct Session {
  std::string name;              // of the person
  std::uint64_t generation = 0;  // of the person's entry: see access/people.h
  Stage stage = Stage::factor;
  bool factor = false;          // a second factor was given
  TimeNs begun = 0;             // when the password was given
  TimeNs used = 0;              // the last request
  std::string new_secret = {};  // of an authenticator app that is being set up
  // What its requests may read; null unless it is signed in.
  std::shared_ptr<const Identity> identity = nullptr;

  [[nodiscard]] TimeNs ends() const {
    return begun + (stage == Stage::signed_in ? kMaxSessionTime : kPendingTime);
  }
  [[nodiscard]] bool fresh(TimeNs now) const { return now - begun <= kFreshTime; }
};

// Thread-safe.
class Sessions {
 public:
  // Begins a session and returns its secret, which can't be had again.
  std::string open(Session session);
  // The session, if it hasn't ended. Notes that it is used.
  std::optional<Session> find(std::string_view secret, TimeNs now);
  // Replaces a session by its next step, which gets a new secret. Empty: it has ended meanwhile.
  std::string renew(std::string_view secret, Session next);
  // Changes new_secret.
  void set_new_secret(std::string_view secret, std::string new_secret);
  void end(std::string_view secret);
  // Ends all sessions of a person, except the one with that secret.
  void end_all_of(std::string_view name, std::string_view except = {});
  // Ends sessions that are idle or too old. Streams that hold their identity end with them.
  void sweep(TimeNs now);
  [[nodiscard]] std::size_t size() const;
  // Of a person, signed in.
  [[nodiscard]] std::size_t count_of(std::string_view name) const;

 private:
  using ByDigest = std::map<Digest, Session>;

  static bool over(const Session& session, TimeNs now);
  ByDigest::iterator erase(ByDigest::iterator at) REQUIRES(mutex_);
  void end_if(const std::function<bool(const ByDigest::value_type&)>& condition) REQUIRES(mutex_);

  mutable Mutex mutex_;
  ByDigest by_digest_ GUARDED_BY(mutex_);
};

}  // namespace fortnight::access
