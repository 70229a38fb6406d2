// The configuration of a daemon as plain values: the keys of fortnight.yaml and their defaults.
// packaging/fortnight.example.yaml lists every key with its default.
//
// config/load.h loads a file; config/presets.h has the presets.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
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

// Bounds of configurable values.
inline constexpr Bytes kMaxLineBytes = 64 * kMiB;
inline constexpr Bytes kLeastMemory = 32 * kMiB;
inline constexpr std::uint32_t kMaxKeyValues = 10'000'000;
inline constexpr std::uint32_t kMaxAuditDays = 36'500;
inline constexpr std::uint32_t kMaxMetricEndpoints = 1'000;  // each has a dozen series or more

// An address to listen on: HOST:PORT, an IPv6 address in brackets. Port 0 takes a free port.
struct Address {
  std::string host;  // without brackets
  std::uint16_t port = 0;
  [[nodiscard]] std::string to_string() const;
  friend bool operator==(const Address&, const Address&) = default;
};

struct Retention {
  std::uint32_t days = 14;  // whole calls of day D are dropped at D + days + 1, 00:00 UTC
  Bytes max_bytes = 0;      // of whole calls on disk; 0: bounded by `days` only
  friend bool operator==(const Retention&, const Retention&) = default;
};

// Where a tail starts in a file for which no position is stored.
enum class TailFrom : std::uint8_t { beginning, end };

struct TailSource {
  std::vector<std::string> paths;  // globs
  TailFrom from = TailFrom::beginning;
  friend bool operator==(const TailSource&, const TailSource&) = default;
};
struct TcpSource {
  Address listen;
  // Whether it speaks TLS; nothing: no. load.h sets it where other hosts can reach the address.
  std::optional<bool> tls = std::nullopt;
  friend bool operator==(const TcpSource&, const TcpSource&) = default;
};
// A port for HTTP requests that bring lines.
struct HttpSource {
  Address listen;
  std::optional<bool> tls = std::nullopt;  // as TcpSource::tls
  friend bool operator==(const HttpSource&, const HttpSource&) = default;
};
struct UdpSource {
  Address listen;
  friend bool operator==(const UdpSource&, const UdpSource&) = default;
};
struct UnixSource {
  std::string listen;      // the socket's path
  bool datagrams = false;  // instead of a stream
  friend bool operator==(const UnixSource&, const UnixSource&) = default;
};

// Source::deduplicate where the file has `true`, and its maximum.
inline constexpr std::uint32_t kDeduplicated = 1'000'000;
inline constexpr std::uint32_t kMostDeduplicated = 100'000'000;

struct Source {
  std::string name;                  // unique; default: the first path or the listen address
  std::string format = "fortnight";  // a key of Config::formats
  // If not empty: the account of all its calls, in place of what their lines say.
  std::string account;
  std::variant<TailSource, TcpSource, UnixSource, HttpSource, UdpSource> from;
  // Whether senders must have the right `ingest`; nothing: load.h decides by the kind of the source
  // and Access::required.
  std::optional<bool> require_identity = std::nullopt;
  // Of how many of its latest calls the IDs are kept, so that a repeated call is dropped; 0: none.
  std::uint32_t deduplicate = 0;
  friend bool operator==(const Source&, const Source&) = default;
};

// The certificate of the TCP ports that speak TLS. All are paths of PEM files.
struct Tls {
  std::string certificate;  // followed by those of its authorities; empty: no port speaks TLS
  std::string key;          // without a passphrase
  std::string client_ca;    // authorities of clients' certificates; empty: clients show none
  [[nodiscard]] bool enabled() const { return !certificate.empty(); }
  friend bool operator==(const Tls&, const Tls&) = default;
};

// Users of this host, as they ask over the unix socket.
struct LocalUsers {
  std::vector<std::string> users;   // names or numbers
  std::vector<std::string> groups;  // their members
  friend bool operator==(const LocalUsers&, const LocalUsers&) = default;
};

// A client whose certificate has a name.
struct CertificateAccess {
  std::string san;                  // subjectAltName: a DNS name, an e-mail address or a URI
  std::vector<std::string> rights;  // their names
  // The accounts whose calls it may see; nothing: all.
  std::optional<std::vector<std::string>> accounts;
  friend bool operator==(const CertificateAccess&, const CertificateAccess&) = default;
};

// Who may ask. Root and the daemon's own user are always admins.
struct Access {
  // false: all clients may read everything. true: only identified clients get answers.
  bool required = false;
  LocalUsers admins;                            // may do everything
  LocalUsers readers;                           // may read everything
  std::vector<CertificateAccess> certificates;  // the first with a name of the certificate counts
  friend bool operator==(const Access&, const Access&) = default;
};

// Erasing calls, for those who have the right.
struct Erasure {
  bool enabled = false;
  friend bool operator==(const Erasure&, const Erasure&) = default;
};

// The query port, and the limits of a connection and of a query.
struct Query {
  Address listen{"127.0.0.1", 14002};
  std::optional<bool> tls;  // as TcpSource::tls
  std::string socket;       // the path of a unix socket; empty: query.sock in the data directory
  std::uint32_t max_connections = 256;
  // Without a request; a running FOLLOW is never idle.
  Duration idle_timeout = std::chrono::minutes(10);
  Duration max_time = std::chrono::seconds(30);  // of one query
  Bytes max_memory = 64 * kMiB;                  // of one query
  std::uint64_t max_rows = 100'000;              // of one answer; EXPORT has no such limit
  friend bool operator==(const Query&, const Query&) = default;
};

// The web port: the HTTP API and the page.
struct Web {
  bool enabled = true;
  Address listen{"127.0.0.1", 14080};
  bool listen_given = false;  // in the file; if not, a port that is in use is no error
  std::uint32_t max_connections = 1'024;
  std::vector<std::string> hosts;    // names in Host headers, besides those of loopback
  std::vector<std::string> origins;  // sites whose pages may use the API: "https://a.example"
  // Endpoints by which /metrics counts the API's calls; 0: it doesn't count them.
  std::uint32_t metric_endpoints = 0;
  std::optional<bool> tls = std::nullopt;  // as TcpSource::tls
  Duration hsts{0};  // how long browsers use TLS only for the host; 0: no such header
  friend bool operator==(const Web&, const Web&) = default;
};

struct Account {
  std::string name;       // display name; may be empty
  std::string time_zone;  // IANA name; empty: the server's zone
  friend bool operator==(const Account&, const Account&) = default;
};

struct Limits {
  Bytes max_line_bytes = kMiB;              // of a longer line, only the first part is kept
  Bytes memory = 256 * kMiB;                // of the whole daemon
  Duration future = std::chrono::hours(1);  // a call that is further ahead of the clock is rejected
  // Distinct values of a key that are counted by name on a UTC day; calls with other values are
  // counted under `(other)`. Known methods don't count towards max_methods.
  std::uint32_t max_accounts = 1'000'000;
  std::uint32_t max_endpoints = 10'000;
  std::uint32_t max_revisions = 1'000;
  std::uint32_t max_methods = 100;
  std::uint32_t max_connections = 1'024;          // of each intake port
  Duration idle_timeout = std::chrono::hours(1);  // of an intake connection
  friend bool operator==(const Limits&, const Limits&) = default;
};

// Values that are replaced by `[redacted]` before a line is written to disk.
struct Redact {
  // Names of members, at any depth of a line: all scalars below them are replaced. Within strings,
  // the values of such names in URLs, forms, JSON and headers are replaced too.
  // config/redact_keys.h describes the patterns. Keys of the file are added to the defaults.
  std::vector<std::string> keys = default_redact_keys();
  std::vector<std::string> pointers;  // JSON pointers
  // Regular expressions (RE2): text within values that is replaced.
  std::vector<std::string> patterns = {};
  // Names and pointers of values that a keyed hash replaces, so that equal values can be found.
  std::vector<std::string> hash_keys = {};
  std::vector<std::string> hash_pointers = {};
  friend bool operator==(const Redact&, const Redact&) = default;
};

// How the engine cuts its files. The defaults suit hosts of any size; tests use small values.
struct Storage {
  Bytes part_bytes = 64 * kMiB;  // the head is flushed at this size in memory,
  Duration flush_interval = std::chrono::minutes(15);  // or at this age, whichever comes first
  // A past day is sealed after this long without new calls.
  Duration seal_after = std::chrono::hours(1);
  // After the clock jumps ahead by more than a day, nothing is dropped until it has kept the new
  // time for this long.
  Duration clock_hold = std::chrono::hours(1);
  Duration sync_interval = std::chrono::milliseconds(20);  // the longest delay of a group commit
  friend bool operator==(const Storage&, const Storage&) = default;
};

// Records of which readers were shown the contents of calls.
struct Audit {
  std::optional<bool> enabled;  // default: Access::required
  std::uint32_t days = 400;     // records of older UTC days are removed
  friend bool operator==(const Audit&, const Audit&) = default;
};

enum class LogLevel : std::uint8_t { debug, info, warning, error };

struct Log {
  LogLevel level = LogLevel::info;
  friend bool operator==(const Log&, const Log&) = default;
};

struct Config {
  // Empty: $STATE_DIRECTORY, else $XDG_STATE_HOME/fortnight, else ~/.local/state/fortnight.
  std::string data_directory;
  std::string time_zone = "UTC";  // of answers, unless the request or the account names another
  Retention retention;
  std::vector<Source> sources;  // as given; default_sources() if the file has no `sources`
  Query query;
  Web web;
  Tls tls;
  Access access;
  Erasure erasure;
  Audit audit;
  // The presets, and the formats that the file adds or replaces.
  std::map<std::string, Format> formats;
  std::map<std::string, Account> accounts;
  Limits limits;
  Redact redact;
  Storage storage;
  Log log;
};

// NDJSON in the native format, over TCP on the loopback interface.
std::vector<Source> default_sources();
// The configuration of a daemon that is started without a file.
Config default_config();

}  // namespace fortnight::config
