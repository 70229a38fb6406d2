#include "storage/executor.h"

#include <future>
#include <utility>

namespace fortnight::storage {
namespace {

class Done final : public Executor::Task {
 public:
  void wait() override {}
};

class Started final : public Executor::Task {
 public:
  // Deferred if no thread can be started.
  explicit Started(std::function<void()> work)
      : work_(std::async(std::launch::async | std::launch::deferred, std::move(work))) {}
  void wait() override { work_.get(); }

 private:
  std::future<void> work_;
};

}  // namespace

std::unique_ptr<Executor::Task> SynchronousExecutor::start(std::function<void()> work) {
  work();
  return std::make_unique<Done>();
}

std::unique_ptr<Executor::Task> ThreadExecutor::start(std::function<void()> work) {
  return std::make_unique<Started>(std::move(work));
}

}  // namespace fortnight::storage
