#include <boost/test/unit_test.hpp>
#include <fstream>

#include "tests/support/engine_under_test.h"
#include "tests/support/model_under_test.h"
#include "tests/support/transcript.h"

using namespace fortnight;

BOOST_AUTO_TEST_SUITE(transcripts)

namespace {

template <typename MakeStore>
void play_all(const MakeStore& make_store) {
  const std::vector<std::string> paths = tests::transcripts();
  BOOST_REQUIRE(!paths.empty());
  for (const std::string& path : paths) {
    std::ifstream transcript(path);
    BOOST_REQUIRE(transcript);
    const std::unique_ptr<tests::StoreUnderTest> store = make_store();
    for (const std::string& failure : tests::play_transcript(transcript, *store)) {
      BOOST_ERROR(path << ", " << failure);
    }
  }
}

// The least that a store may answer: the members that only some stores have are absent.
class PlainStore final : public tests::ModelStore {
 public:
  Result<storage::CountAnswer> count(const storage::CountQuery& query, TimeNs now,
                                     const storage::Budget& budget) const override {
    auto answer = ModelStore::count(query, now, budget);
    if (answer) answer->basis.reset();
    return answer;
  }
};

}  // namespace

BOOST_AUTO_TEST_CASE(the_model_answers_as_written) {
  play_all([] { return std::make_unique<tests::ModelUnderTest<>>(); });
}

BOOST_AUTO_TEST_CASE(a_store_without_optional_members_answers_as_written) {
  play_all([] { return std::make_unique<tests::ModelUnderTest<PlainStore>>(); });
}

BOOST_AUTO_TEST_CASE(the_engine_answers_as_written) {
  play_all([] { return std::make_unique<tests::EngineUnderTest>(); });
}

BOOST_AUTO_TEST_SUITE_END()
