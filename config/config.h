// The configuration of a daemon, as plain values: what fortnight.yaml says, and the default of all
// that it doesn't say. packaging/fortnight.example.yaml lists every key with its default.
//
// Values only: loading is config/load.h's, the presets are config/presets.h's.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include "config/format.h"
#include "config/redact_keys.h"

namespace fortnight::config {

using Duration = std::chrono::milliseconds;
using Bytes = std::uint64_t;

inline constexpr Bytes kKiB = 1024;
inline constexpr Bytes kMiB = 1024 * kKiB;
inline constexpr Bytes kGiB = 1024 * kMiB;

// Bounds of what a file may ask for.
inline constexpr Bytes kMaxLineBytes = 64 * kMiB;
inline constexpr Bytes kLeastMemory = 32 * kMiB;
inline constexpr std::uint32_t kMaxKeyValues = 10'000'000;

// Where to listen: HOST:PORT, an IPv6 address in brackets. Port 0 takes a free one.
struct Address {
  std::string host;  // without brackets
  std::uint16_t port = 0;
  [[nodiscard]] std::string to_string() const;
  friend bool operator==(const Address&, const Address&) = default;
};

struct Retention {
  std::uint32_t days = 14;  // whole calls: day D is dropped at D + days + 1, 00:00 UTC
  Bytes max_bytes = 0;      // of whole calls on disk; 0: no bound but the days
  friend bool operator==(const Retention&, const Retention&) = default;
};

// Where a tail starts in a file that it has no position for.
enum class TailFrom : std::uint8_t { beginning, end };

struct TailSource {
  std::vector<std::string> paths;  // globs
  TailFrom from = TailFrom::beginning;
  friend bool operator==(const TailSource&, const TailSource&) = default;
};
struct TcpSource {
  Address listen;
  friend bool operator==(const TcpSource&, const TcpSource&) = default;
};
struct UnixSource {
  std::string listen;  // the socket's path
  friend bool operator==(const UnixSource&, const UnixSource&) = default;
};

struct Source {
  std::string name;                  // unique; default: the first path, or where it listens
  std::string format = "fortnight";  // a key of Config::formats
  std::string account;               // where not empty: of all its calls, whatever their lines say
  std::variant<TailSource, TcpSource, UnixSource> from;
  friend bool operator==(const Source&, const Source&) = default;
};

// The query port, and what one connection or query may use.
struct Query {
  Address listen{"127.0.0.1", 14002};
  std::uint32_t max_connections = 256;
  Duration idle_timeout = std::chrono::minutes(10);  // without a request; FOLLOW doesn't count
  Duration max_time = std::chrono::seconds(30);      // of one query
  Bytes max_memory = 64 * kMiB;                      // of one query
  std::uint64_t max_rows = 100'000;  // that one answer may have; EXPORT has no such limit
  friend bool operator==(const Query&, const Query&) = default;
};

struct Account {
  std::string name;       // for people; may be empty
  std::string time_zone;  // IANA name; empty: the server's
  friend bool operator==(const Account&, const Account&) = default;
};

struct Limits {
  Bytes max_line_bytes = kMiB;              // of a longer line, so much is kept
  Bytes memory = 256 * kMiB;                // of the whole daemon
  Duration future = std::chrono::hours(1);  // a call that is further ahead of the clock is rejected
  // Distinct values of a key that are counted by their names on a UTC day; calls with others are
  // counted under `(other)`. Known methods don't count towards max_methods.
  std::uint32_t max_accounts = 1'000'000;
  std::uint32_t max_endpoints = 10'000;
  std::uint32_t max_revisions = 1'000;
  std::uint32_t max_methods = 100;
  std::uint32_t max_connections = 1'024;          // of each intake port
  Duration idle_timeout = std::chrono::hours(1);  // of an intake connection
  friend bool operator==(const Limits&, const Limits&) = default;
};

// What is replaced by `[redacted]` before a line touches the disk.
struct Redact {
  // Members of these names, wherever they stand in a line: all scalars below them are replaced.
  // Within strings, so are the values of such names in URLs, forms, JSON and headers. See
  // config/redact_keys.h for what a name may be. The file's are added to the defaults.
  std::vector<std::string> keys = default_redact_keys();
  std::vector<std::string> pointers;  // JSON pointers
  friend bool operator==(const Redact&, const Redact&) = default;
};

// How the engine cuts its files. Tuned for hosts of any size; tests make everything small.
struct Storage {
  Bytes part_bytes = 64 * kMiB;                        // or this much memory, whichever comes first
  Duration flush_interval = std::chrono::minutes(15);  // or this old
  Duration seal_after = std::chrono::hours(1);  // a day that is over is sealed once quiet this long
  // After the clock jumped ahead by more than a day, nothing is dropped until it has held this
  // long.
  Duration clock_hold = std::chrono::hours(1);
  Duration sync_interval =
      std::chrono::milliseconds(20);  // a group commit at the latest after this
  friend bool operator==(const Storage&, const Storage&) = default;
};

enum class LogLevel : std::uint8_t { debug, info, warning, error };

struct Log {
  LogLevel level = LogLevel::info;
  friend bool operator==(const Log&, const Log&) = default;
};

struct Config {
  // Empty: $STATE_DIRECTORY, else $XDG_STATE_HOME/fortnight, else ~/.local/state/fortnight.
  std::string data_directory;
  std::string time_zone = "UTC";  // of answers, where nobody says otherwise
  Retention retention;
  std::vector<Source> sources;  // as given; where the file has no `sources`: default_sources()
  Query query;
  std::map<std::string, Format> formats;  // the presets, and what the file adds or replaces
  std::map<std::string, Account> accounts;
  Limits limits;
  Redact redact;
  Storage storage;
  Log log;
};

// NDJSON in the native format, by TCP on the loopback.
std::vector<Source> default_sources();
// The configuration of a daemon that was started without a file.
Config default_config();

}  // namespace fortnight::config
