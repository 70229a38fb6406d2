// The interface of query/: a request line in, data lines and one closing line out. It has no
// sockets: daemon/ reads lines (query/request_reader.h), calls this, and sends the result.
//
// Threads: any number of requests may be answered at the same time on one Context.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/json_writer.h"
#include "base/keyed_hash.h"
#include "query/request_error.h"
#include "query/request_line.h"
#include "storage/store.h"

namespace fortnight::access {
class Audit;
class Sealer;
class Registry;
}  // namespace fortnight::access
namespace fortnight::storage {
class Eraser;
struct Backup;
}  // namespace fortnight::storage

namespace fortnight::query {

// An account's settings from the configuration.
struct Account {
  std::string name;       // empty: not configured
  std::string time_zone;  // IANA name; empty: not configured
};

// Maximum sizes of answers.
struct Limits {
  std::uint64_t rows = 10'000;  // rows of one answer, except EXPORT
  std::uint64_t shown = 100;    // maximum of limit= for SHOW: whole calls
};

// What ERASE needs. Both outlive the context, or are null where nothing can be erased.
struct Erasing {
  storage::Eraser* eraser = nullptr;
  const access::Sealer* sealer = nullptr;  // of confirmations
  bool enabled = false;                    // by the configuration
};

// A configuration that was loaded again and is in force.
struct Reloaded {
  std::string waits_for_restart;  // its changed sections that only a start reads: "query, limits"
};

// What the daemon gives to requests. Immutable while any request uses it; a change of the
// configuration makes a new one.
struct Context {
  // Outlives the context; null where nothing is asked of a store. Verbs use ParsedRequest::store.
  const storage::StoreReader* store = nullptr;
  std::function<TimeNs()> now;    // thread-safe
  std::string time_zone = "UTC";  // IANA name: the default zone of answers
  std::map<std::string, Account, std::less<>> accounts;
  Erasing erasing;
  // Writes a backup to a directory, by its absolute path; empty where there are none.
  // ErrorCode::invalid: it can't be used for that. Thread-safe.
  using BackUp =
      std::function<Result<storage::Backup>(const std::string& directory, const storage::Budget&)>;
  BackUp back_up;
  // Tokens and people. Null: there are none; otherwise it outlives the context.
  access::Registry* registry = nullptr;
  std::shared_ptr<const KeyedHash> hash;  // of redacted values; null: none are hashed
  access::Audit* audit = nullptr;     // null: nothing is recorded; otherwise outlives the context
  std::vector<std::string> id_kinds;  // every kind that a format maps, except call_id
  // JSON pointers to a failed call's error code. The first one present in a line is used (ERRORS).
  std::vector<std::string> error_code_pointers;
  // Writes the daemon's members of STATUS into an open object; may be empty. Thread-safe.
  std::function<void(JsonWriter&)> write_daemon_status;
  // Loads the configuration again and returns once it is in force. ErrorCode::cancelled: the
  // daemon ends. Other errors: it can't be used, and nothing has changed. Empty where there is
  // none. Thread-safe.
  std::function<Result<Reloaded>()> reload;
  // The rows of SOURCES, one JSON object a line: the sources whose name passes, and their files.
  // Empty where there are none. Nothing: they can't be had in time. Thread-safe.
  using SourceRows = std::function<std::optional<std::string>(
      const std::function<bool(std::string_view name)>& passes)>;
  SourceRows source_rows;
  Limits limits;
  std::uint64_t settings = 0;  // a hash of all of the above that answers depend on
};

// Receives data lines: one JSON object each, without its line end. False: the client no longer
// reads; end the query.
class Sink {
 public:
  Sink() = default;
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;
  virtual ~Sink() = default;
  virtual bool row(std::string_view json) = 0;
  // Whether a row of this many bytes is accepted now. Asked before each row of a call: without
  // room, the answer pauses and later continues behind the last call sent. Rows of aggregates are
  // sent without asking.
  [[nodiscard]] virtual bool has_room(std::size_t /*bytes*/) { return true; }
};

// A request being answered, which can pause and continue. A paused request holds no thread, calls
// or files, only its text and its progress: a verb that returns calls continues behind the last
// call sent; a verb that aggregates starts again, since it sends nothing before its sums are
// complete. Calls that arrive after the start are left out. Not thread-safe.
class Answering {
 public:
  // Every line gets an answer, which may be an error.
  static std::unique_ptr<Answering> start(std::shared_ptr<const Context> context,
                                          const RequestLine& line);
  Answering() = default;
  Answering(const Answering&) = delete;
  Answering& operator=(const Answering&) = delete;
  virtual ~Answering() = default;

  enum class State {
    paused,  // the sink has no room, or the budget returned ErrorCode::locked: run it again later
    ended,   // all rows are sent; closing() has the last line
  };
  // The request is cancelled when `budget.check()` returns any other error or when the sink returns
  // false.
  virtual State run(Sink& sink, const storage::Budget& budget) = 0;
  // Writes to the audit what the rows given since the last call disclose. Call it before they are
  // sent, and before closing() is; if it fails, they must not be sent. `bytes`: of these rows.
  virtual Result<void> record(std::size_t bytes) = 0;
  // Requires that the state is `ended`.
  [[nodiscard]] virtual const Closing& closing() const = 0;
};

// Answers a request in one call, for a reader who may read everything and a sink that always has
// room. Returns the closing line.
std::string execute(const Context& context, std::string_view line, Sink& sink,
                    const storage::Budget& budget);

// A FOLLOW in progress: it sends calls in the order of their arrival. It holds no thread and no
// calls: the store is its buffer. Its owner polls it, after appends or on a timer, while its client
// accepts rows. Not thread-safe.
class Follow {
 public:
  // Starts behind the call of after=, otherwise behind the calls that the store has now.
  struct Started {
    std::unique_ptr<Follow> follow;  // null: answer with `error`
    Closing error;
  };
  static Started start(std::shared_ptr<const Context> context, const RequestLine& line);

  Follow() = default;
  Follow(const Follow&) = delete;
  Follow& operator=(const Follow&) = delete;
  virtual ~Follow() = default;

  enum class State {
    idle,   // all calls that have arrived are sent
    more,   // more is available: poll again when the client has room
    ended,  // everything is sent, or the sink returned false or the store failed: see closing()
  };
  // Whether calls have arrived that poll() hasn't tested. Cheap.
  [[nodiscard]] virtual bool has_more() const = 0;
  // The value of after= that continues behind everything sent or tested so far; empty if the store
  // has had no call yet.
  [[nodiscard]] virtual std::string position() const = 0;
  // Sends at most a few hundred rows. A reader that is too far behind gets {"missed":N} in place of
  // the rows.
  virtual State poll(Sink& sink, const storage::Budget& budget) = 0;
  // Like poll(), once the connection is half-closed: sends the calls that had arrived at the first
  // call of finish(), and no later ones. Returns `more` or `ended`.
  virtual State finish(Sink& sink, const storage::Budget& budget) = 0;
  // Ends the answer for a client that has no room: {"missed":N}, for which there is always room,
  // takes the place of the rest that finish() would send.
  virtual void miss_the_rest(Sink& sink, const storage::Budget& budget) = 0;
  // As Answering::record().
  virtual Result<void> record(std::size_t bytes) = 0;
  // The closing line, after miss_the_rest() or once the state is `ended`.
  [[nodiscard]] virtual Closing closing() const = 0;
};

}  // namespace fortnight::query
