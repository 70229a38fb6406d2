// The query room's front door: a request line in, data lines and one closing line out. It knows no
// sockets: daemon/ reads the lines (query/request_reader.h), calls this, and sends what comes.
//
// Threads: any number of requests may be answered at once, on one Context.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "storage/store.h"

namespace fortnight::query {

// What the configuration says of an account.
struct Account {
  std::string name;       // empty: none is configured
  std::string time_zone;  // IANA; empty: none is configured
};

// What may be asked for at the most.
struct Limits {
  std::uint64_t rows = 10'000;  // of one answer, but EXPORT's
  std::uint64_t shown = 100;    // SHOW limit=: whole calls
};

// What the daemon gives to answer from. Immutable while anything answers from it: after a change of
// the configuration a new one is made.
struct Context {
  const storage::Store* store = nullptr;  // never null; outlives the context
  std::function<TimeNs()> now;            // any thread may call it
  std::string time_zone = "UTC";          // IANA: of answers, where nobody says otherwise
  std::map<std::string, Account, std::less<>> accounts;
  std::vector<std::string> id_kinds;  // every kind that some format maps, call_id left out
  // JSON pointers to a failed call's error code; the first one present in the line counts (ERRORS).
  std::vector<std::string> error_code_pointers;
  // Members to put into STATUS's row, as `"intake":{…},"version":"…"` without the braces; may be
  // empty.
  std::function<std::string()> daemon_status;
  Limits limits;
};

// Where data lines go: one JSON object each, without its line end. False: nobody reads any more,
// end the query.
class Sink {
 public:
  Sink() = default;
  Sink(const Sink&) = delete;
  Sink& operator=(const Sink&) = delete;
  virtual ~Sink() = default;
  virtual bool row(std::string_view json) = 0;
  // Whether a row of so many bytes is taken now. Asked before each call that a verb gives: where
  // there is no room, the answer pauses and goes on behind the call before. Rows that a verb has
  // added up are given without verb.
  [[nodiscard]] virtual bool has_room(std::size_t /*bytes*/) { return true; }
};

// What a request line wants of its connection.
enum class Action {
  answer,        // Answering::start() it
  follow,        // Follow::start() it
  authenticate,  // AUTH: the daemon's own matter
  quit,          // the same, then close
};
Action action_of(std::string_view request_line);

// What answering a request may take.
enum class Weight {
  none,     // nothing: its text alone, or an error
  light,    // it reads no calls, but may have to wait for somebody's answer
  calls,    // it reads calls or counts
  endless,  // as many calls as there are: it takes as long as somebody reads
};
Weight weight_of(std::string_view request_line);

// A request being answered, which can be left and gone on with. While it is left it holds neither a
// thread nor calls nor files, but for what it was asked and how far it has come: a verb that gives
// calls goes on behind the last one that it gave; one that adds calls up begins anew, since it
// gives nothing before its sums are whole. An answer has no calls that arrived after it was begun.
// Not thread-safe.
class Answering {
 public:
  // Every input is answered, be it by an error.
  static std::unique_ptr<Answering> start(std::shared_ptr<const Context> context,
                                          std::string_view request_line);
  Answering() = default;
  Answering(const Answering&) = delete;
  Answering& operator=(const Answering&) = delete;
  virtual ~Answering() = default;

  enum class State {
    paused,  // the sink had no room, or the budget said ErrorCode::locked: run it again later
    ended,   // all is given: closing() is what is left
  };
  // `budget.stop` cancels it with any other error; so does a sink that returns false.
  virtual State run(Sink& sink, const storage::Budget& budget) = 0;
  // "OK {…}" or "ERR <code> <message>", without a line end. Requires that it `ended`.
  [[nodiscard]] virtual const std::string& closing() const = 0;
};

// Answers a request at once, for a sink that always has room; returns the closing line.
std::string execute(const Context& context, std::string_view request_line, Sink& sink,
                    const storage::Budget& budget);

// A FOLLOW in progress. It holds no thread and no calls: the store is its buffer. Whoever owns it
// polls it, after appends or on a timer, as long as its reader takes rows. Not thread-safe.
class Follow {
 public:
  // Begins after the calls that the store has now. The error is a closing line.
  struct Started {
    std::unique_ptr<Follow> follow;  // null: `error` is what to answer
    std::string error;
  };
  static Started start(std::shared_ptr<const Context> context, std::string_view request_line);

  Follow() = default;
  Follow(const Follow&) = delete;
  Follow& operator=(const Follow&) = delete;
  virtual ~Follow() = default;

  enum class State {
    idle,   // everything that has arrived was given
    more,   // there is more at once: poll again when the reader has room
    ended,  // all is told; or the sink returned false or the store failed: closing() says which
  };
  // Gives at most some hundred rows. A reader that is too far behind gets {"missed":N} in their
  // place.
  virtual State poll(Sink& sink, const storage::Budget& budget) = 0;
  // The same once the connection is half-closed: what had arrived when it was first called is the
  // last to be given. Says `more` or `ended`.
  virtual State finish(Sink& sink, const storage::Budget& budget) = 0;
  // Ends it where the reader has no room: what finish() would have given counts as missed.
  virtual void miss_the_rest(const storage::Budget& budget) = 0;
  // The closing line, behind miss_the_rest() or once it `ended`.
  [[nodiscard]] virtual std::string closing() const = 0;
};

}  // namespace fortnight::query
