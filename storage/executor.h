// Runs work beside the calling thread, if it is given threads: the engine has none of its own.
#pragma once

#include <functional>
#include <memory>

namespace fortnight::storage {

class Executor {
 public:
  // Work that was started. The destructor waits for it.
  class Task {
   public:
    Task() = default;
    Task(const Task&) = delete;
    Task& operator=(const Task&) = delete;
    virtual ~Task() = default;
    // Returns once the work has ended. Throws what the work threw.
    virtual void wait() = 0;
  };

  Executor() = default;
  Executor(const Executor&) = delete;
  Executor& operator=(const Executor&) = delete;
  virtual ~Executor() = default;

  // The work may begin at any time until wait() returns, in any thread. Any thread may call this.
  virtual std::unique_ptr<Task> start(std::function<void()> work) = 0;
};

// Runs the work in start(), so that everything happens in one order.
class SynchronousExecutor final : public Executor {
 public:
  std::unique_ptr<Task> start(std::function<void()> work) override;
};

// Starts a thread for each piece of work. If that fails, wait() runs the work.
class ThreadExecutor final : public Executor {
 public:
  std::unique_ptr<Task> start(std::function<void()> work) override;
};

}  // namespace fortnight::storage
