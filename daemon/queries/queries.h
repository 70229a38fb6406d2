// What all ports that answer requests share: the threads that run queries, the memory for answers,
// and what requests are answered with.
#pragma once

#include <cstdint>
#include <memory>

#include "base/mutex.h"
#include "config/config.h"
#include "daemon/gate.h"
#include "daemon/queries/answer_buffer.h"
#include "daemon/queries/query_runner.h"

namespace fortnight::daemon {

// Thread-safe. Ports use it, so stop() comes after they have stopped.
class Queries {
 public:
  // `memory` is limits.memory, from which it takes its shares. `trimmer` and `gate` must outlive
  // it.
  Queries(const config::Query& config, std::uint64_t memory, MemoryTrimmer& trimmer,
          const Gate& gate);

  // Later requests use this context.
  void set_context(std::shared_ptr<const query::Context> context);
  [[nodiscard]] std::shared_ptr<const query::Context> context() const;
  [[nodiscard]] QueryRunner& runner() { return runner_; }
  [[nodiscard]] AnswerSpace& space() { return space_; }
  // Who sends requests.
  [[nodiscard]] const Gate& gate() const { return gate_; }

  // Ends all running requests with an error, and those that begin later.
  void cancel() { runner_.cancel(); }
  // The same, and waits until they have ended.
  void stop() { runner_.stop(); }

  // Members of STATUS, into an open object.
  void write_status(JsonWriter& json) const;

 private:
  AnswerSpace space_;
  QueryRunner runner_;
  const Gate& gate_;
  mutable Mutex context_mutex_;
  std::shared_ptr<const query::Context> context_ GUARDED_BY(context_mutex_);
};

}  // namespace fortnight::daemon
