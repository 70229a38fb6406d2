#include "tools/format/command_line.h"

#include <boost/test/unit_test.hpp>

namespace fortnight::format {
BOOST_AUTO_TEST_SUITE(format_command_line)

namespace {

using Words = std::vector<std::string>;

Words completed(const Words& words) { return CommandLine().complete(words); }

}  // namespace

BOOST_AUTO_TEST_CASE(commands_options_and_formats_are_completed) {
  BOOST_TEST(completed({""}) == (Words{"guess", "try", "endpoints", "replay", "import"}),
             boost::test_tools::per_element());
  BOOST_TEST(completed({"gu"}) == (Words{"guess"}), boost::test_tools::per_element());
  BOOST_TEST(completed({"guess", "--m"}) == (Words{"--mapping"}), boost::test_tools::per_element());
  BOOST_TEST(completed({"try", "ngi"}) == (Words{"nginx"}), boost::test_tools::per_element());
  BOOST_TEST(completed({"try", "--lines", "3", "ngi"}) == (Words{"nginx"}),
             boost::test_tools::per_element());
  BOOST_TEST(completed({"endpoints", "--format", "ngi"}) == (Words{"nginx"}),
             boost::test_tools::per_element());
}

// Where a file may stand, the shell completes.
BOOST_AUTO_TEST_CASE(files_are_left_to_the_shell) {
  for (const Words& words :
       {Words{}, Words{"guess", ""}, Words{"try", "nginx", "a"}, Words{"try", "--config", "a"},
        Words{"nonsense", ""}, Words{"endpoints", "n"}}) {
    BOOST_TEST(completed(words).empty());
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::format
