// The embedded engine for transcripts: on a file system in memory, which loses all unsynced writes
// when the engine is restarted.
#pragma once

#include <memory>

#include "storage/engine.h"
#include "tests/support/maintain.h"
#include "tests/support/simulated_file_system.h"
#include "tests/support/transcript.h"

namespace fortnight::tests {

class EngineUnderTest final : public StoreUnderTest {
 public:
  void start(TimeNs now) override { open(now); }
  storage::Store& store() override { return *engine_; }
  storage::Engine& engine() { return *engine_; }
  // To be set before start().
  storage::KeyCaps caps;
  TimeNs seal_after = 0;
  std::vector<std::string> error_codes = {"/response/body/errors/0/code"};
  void restart(TimeNs now) override {
    engine_.reset();
    files_ = files_->crashed(faults::Loss::random, ++restarts_);
    open(now);
  }
  void seal(TimeNs now) override { maintain(now); }
  void expire(TimeNs now) override { maintain(now); }

 private:
  void open(TimeNs now) {
    storage::EngineOptions options;
    options.journal_file_bytes = 64U << 10;
    options.disk_reserve = 0;
    options.clock_hold = 0;
    options.seal_after = seal_after;
    options.caps = caps;
    options.error_codes = error_codes;
    engine_ = storage::Engine::open(*files_, options, now).value();
  }
  // Does all maintenance that is due.
  void maintain(TimeNs now) {
    engine_->flush().value();
    while (tests::maintain(*engine_, now).value() <= now) continue;
  }

  std::uint64_t restarts_ = 0;
  std::unique_ptr<faults::SimulatedFileSystem> files_ =
      std::make_unique<faults::SimulatedFileSystem>();
  std::unique_ptr<storage::Engine> engine_;
};

}  // namespace fortnight::tests
