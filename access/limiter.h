// Limits failed tries, at every door: each name and each peer address has 5 in 15 minutes.
//
// A try is counted before it is checked, and taken back if it was right, so tries at the same time
// are limited too. Tries that are refused aren't counted, so nobody stays locked out by others for
// longer than 15 minutes after their last try.
//
// The counts are in the file `access-tries` of the data directory, under keyed digests: what was
// typed as a name may be a password.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/secret.h"
#include "base/error.h"
#include "base/mutex.h"
#include "base/time.h"
#include "storage/files/file_system.h"

namespace fortnight::access {

inline constexpr std::string_view kTriesFile = "access-tries";
inline constexpr std::size_t kTries = 5;
// A loopback address stands for all programs of the host, and for everybody behind a proxy on it.
inline constexpr std::size_t kLoopbackTries = 50;
inline constexpr TimeNs kTryPeriod = 900 * kNsPerSecond;

// Thread-safe.
class Limiter {
 public:
  // What a failed try is counted for.
  enum class Kind : std::uint8_t {
    name,        // tries of one name: its password, codes and recovery codes
    peer,        // the same, of one address
    token_peer,  // tokens of one address
  };
  struct Subject {
    Kind kind;
    std::string_view text;  // the name, or the address of a peer
  };
  // A try that was counted.
  struct Try {
    std::vector<std::string> keys;
    TimeNs at;
  };

  // Reads the file, if there is one. `files` must outlive it.
  explicit Limiter(storage::FileSystem& files);
  // Why the file couldn't be read, and counts began anew; nothing if it could.
  [[nodiscard]] const std::optional<Error>& unreadable() const { return unreadable_; }

  // Counts a try for all of these subjects. If one of them has had its tries, nothing is counted.
  struct Admission {
    std::optional<Try> counted;
    TimeNs wait = 0;  // until the next try, if nothing was counted
  };
  Admission begin(const std::vector<Subject>& subjects, TimeNs now);
  // The try was right: it isn't counted.
  void take_back(const Try& counted);

  // Writes the counts, if they have changed. On a thread that may wait for the disk.
  Result<void> keep(TimeNs now);
  // How many names and addresses are counted. Bounded: the one whose last try is oldest goes first.
  [[nodiscard]] std::size_t size() const;

 private:
  // The times of the tries of the last 15 minutes, ascending, at most kLoopbackTries.
  using Times = std::vector<TimeNs>;
  using ByKey = std::map<std::string, Times, std::less<>>;

  Result<void> read() REQUIRES(mutex_);
  [[nodiscard]] std::string key_of(const Subject& subject) const REQUIRES(mutex_);
  // The subject's tries of the last 15 minutes.
  Times recent(const std::string& key, TimeNs now) const REQUIRES(mutex_);
  // Makes room for another subject of the kind.
  void make_room(Kind kind, TimeNs now) REQUIRES(mutex_);

  storage::FileSystem& files_;
  std::optional<Error> unreadable_;
  mutable Mutex mutex_;
  Digest secret_ GUARDED_BY(mutex_){};  // the key of the digests
  ByKey times_ GUARDED_BY(mutex_);
  std::uint64_t changes_ GUARDED_BY(mutex_) = 0;
  Mutex writing_;
  std::uint64_t written_ GUARDED_BY(writing_) = 0;  // the changes that the file has
};

}  // namespace fortnight::access
