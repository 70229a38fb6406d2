#include <boost/test/unit_test.hpp>
#include <fstream>

#include "tests/support/model_under_test.h"
#include "tests/support/transcript.h"

using namespace fortnight;

BOOST_AUTO_TEST_SUITE(transcripts)

BOOST_AUTO_TEST_CASE(the_model_answers_as_written) {
  const std::vector<std::string> paths = tests::transcripts();
  BOOST_REQUIRE(!paths.empty());
  for (const std::string& path : paths) {
    std::ifstream transcript(path);
    BOOST_REQUIRE(transcript);
    tests::ModelUnderTest model;
    for (const std::string& failure : tests::play_transcript(transcript, model)) {
      BOOST_ERROR(path << ", " << failure);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()
