// A request line and its verb, parsed once for all who must know it.
#pragma once

#include <cstddef>
#include <string>

#include "access/identity.h"

namespace fortnight::query {

struct VerbWords;

// What the connection does with a request line.
enum class Action {
  answer,        // call Answering::start()
  follow,        // call Follow::start()
  authenticate,  // AUTH: the daemon answers it
  quit,          // answer it, then close
};

// What a request costs.
enum class Weight {
  none,     // no reads: fixed text or an error
  light,    // reads no calls, but may wait for another thread
  calls,    // reads calls or counts
  endless,  // reads as many calls as there are: EXPORT runs for as long as its reader reads
};

class RequestLine {
 public:
  // `text` must be valid UTF-8, without a line end. `reader` is who sends it.
  RequestLine(std::string text, access::Reader reader);

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const access::Reader& reader() const { return reader_; }
  // The client's address; empty on the unix socket.
  [[nodiscard]] const std::string& peer() const { return peer_; }
  void set_peer(std::string peer) { peer_ = std::move(peer); }
  // All arguments have names: none is a positional value.
  void require_names() { named_ = true; }
  [[nodiscard]] bool requires_names() const { return named_; }
  // In upper case; empty if there is none.
  [[nodiscard]] const std::string& verb() const { return verb_; }
  // Null if no verb has that name.
  [[nodiscard]] const VerbWords* words() const { return words_; }
  // Where the arguments begin: the offset behind the verb.
  [[nodiscard]] std::size_t arguments() const { return arguments_; }

  [[nodiscard]] Action action() const;
  [[nodiscard]] Weight weight() const;
  [[nodiscard]] bool explains() const;
  // The request behind EXPLAIN. EXPLAIN itself is replaced by blanks, so that columns in errors
  // stay right. Requires explains().
  [[nodiscard]] RequestLine explained() const;

 private:
  std::string text_;
  access::Reader reader_;
  std::string peer_;
  std::string verb_;
  std::size_t arguments_ = 0;
  const VerbWords* words_ = nullptr;
  bool named_ = false;
};

}  // namespace fortnight::query
