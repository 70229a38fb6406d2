// What one query may take: its share of the memory for queries, and for how long it goes on.
//
//      share of the query, from the pool of all queries
//   ┌───────────────────────┬──────────────────────┬───────────┐
//   │ reserved: earlier     │ held by the stage    │ available │
//   │ stages of the query   │ that runs            │           │
//   └───────────────────────┴──────────────────────┴───────────┘
//    reserve()               check_memory(bytes)
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <utility>

#include "base/error.h"

namespace fortnight::storage {

// Threads: any that run the query. A store is given a const Budget: it reserves memory, and changes
// no limit.
class Budget {
 public:
  static constexpr std::uint64_t kDefaultMemory = 64U << 20;  // bytes
  // Returns the error that ends the query, if it has to end. Called on any thread that runs it.
  using Stop = std::function<Result<void>()>;
  // may_grow: a query that outgrows it is run again with a larger one.
  enum class Share : std::uint8_t { final, may_grow };

  Budget() = default;
  explicit Budget(std::uint64_t memory, Stop stop = {}, Share share = Share::final)
      : stop_(std::move(stop)), memory_(memory), share_(share) {}
  explicit Budget(Stop stop) : stop_(std::move(stop)) {}
  Budget(const Budget&) = delete;
  Budget& operator=(const Budget&) = delete;

  // The error that ends the query: it was cancelled, or it took too long. ErrorCode::locked: it
  // pauses. To be called between blocks, some 100 µs apart.
  [[nodiscard]] Result<void> check() const { return stop_ ? stop_() : Result<void>(); }
  // ErrorCode::limit where a stage that holds `bytes` in all outgrows the query's share.
  [[nodiscard]] Result<void> check_memory(std::size_t bytes) const;
  // Whether check_memory() has refused anything.
  [[nodiscard]] bool outgrown() const { return outgrown_; }

  // Bytes of earlier stages, for as long as it lives. Must not outlive the budget.
  class Reservation {
   public:
    Reservation(const Budget& budget, std::size_t bytes) : budget_(budget), bytes_(bytes) {
      budget_.reserved_ += bytes_;
    }
    ~Reservation() { budget_.reserved_ -= bytes_; }
    Reservation(const Reservation&) = delete;
    Reservation& operator=(const Reservation&) = delete;

   private:
    const Budget& budget_;
    const std::size_t bytes_;
  };
  // Counts `bytes` beside those of later stages. Never fails: check_memory() does.
  [[nodiscard]] Reservation reserve(std::size_t bytes) const { return {*this, bytes}; }
  // Bytes of the share that are not reserved.
  [[nodiscard]] std::uint64_t available() const;
  // An answer that is cut short to fit into the share is not worth giving.
  [[nodiscard]] bool may_grow() const { return share_ == Share::may_grow; }

 private:
  Stop stop_;
  std::uint64_t memory_ = kDefaultMemory;
  Share share_ = Share::final;
  mutable std::atomic<std::uint64_t> reserved_{0};
  mutable std::atomic<bool> outgrown_{false};
};

}  // namespace fortnight::storage
