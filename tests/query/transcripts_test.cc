#include <boost/test/unit_test.hpp>

#include "tests/support/model_store.h"
#include "tests/support/transcript.h"

using namespace fortnight;

namespace {

class ModelUnderTest final : public tests::StoreUnderTest {
 public:
  storage::Store& store() override { return model_; }
  void restart() override {}
  void seal(storage::TimeNs) override {}
  void expire(storage::TimeNs now) override { model_.expire(now); }

 private:
  tests::ModelStore model_;
};

}  // namespace

BOOST_AUTO_TEST_SUITE(transcripts)

BOOST_AUTO_TEST_CASE(the_model_answers_as_written) {
  const std::vector<std::string> paths = tests::transcripts();
  BOOST_REQUIRE(!paths.empty());
  for (const std::string& path : paths) {
    ModelUnderTest model;
    for (const std::string& failure : tests::play_transcript(path, model)) {
      BOOST_ERROR(path << ", " << failure);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
