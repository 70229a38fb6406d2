// The naive store for transcripts.
#pragma once

#include "tests/support/model_store.h"
#include "tests/support/transcript.h"

namespace fortnight::tests {

// `Model` is ModelStore or derived from it.
template <typename Model = ModelStore>
class ModelUnderTest final : public StoreUnderTest {
 public:
  storage::Store& store() override { return model_; }
  // It has no files, and nothing to seal.
  void start(TimeNs) override {}
  void restart(TimeNs) override {}
  void seal(TimeNs) override {}
  void expire(TimeNs now) override { model_.expire(now); }

 private:
  Model model_;
};

}  // namespace fortnight::tests
