#include "tools/client/completion.h"

#include <boost/test/unit_test.hpp>

namespace fortnight::client {
BOOST_AUTO_TEST_SUITE(completion)

namespace {

// The candidates for a line. The server's values are "blue" and one that can't be in a list without
// quotes.
std::vector<std::string> known(const std::vector<std::string>& words,
                               std::vector<std::string>* asked = nullptr) {
  const auto values = [&](const Server& server, std::string_view field, std::string_view prefix) {
    if (asked != nullptr) *asked = {server.address, std::string(field), std::string(prefix)};
    return std::vector<std::string>{"blue", "bl,ue", "bl\"ue", "bl*ue", "bl\nue", "bl\u009bue", ""};
  };
  std::vector<std::string> found;
  for (const Candidate& candidate : complete(words, values)) found.push_back(candidate.word);
  return found;
}

using Words = std::vector<std::string>;

BOOST_AUTO_TEST_CASE(verbs_come_first) {
  BOOST_TEST(known({"ex"}) == (Words{"export", "explain"}), boost::test_tools::per_element());
  BOOST_TEST(known({"--json", "err"}) == (Words{"errors"}), boost::test_tools::per_element());
  BOOST_TEST(known({"explain", "lo"}) == (Words{"logs"}), boost::test_tools::per_element());
  BOOST_TEST(known({"help", "jo"}) == (Words{"job"}), boost::test_tools::per_element());
  // AUTH has a token as its argument, which must not be on a command line.
  BOOST_TEST(known({"au"}) == (Words{"audit"}), boost::test_tools::per_element());
  BOOST_TEST(known({}).empty());
}

BOOST_AUTO_TEST_CASE(keys_are_those_of_the_verb) {
  BOOST_TEST(known({"logs", "acc"}) == (Words{"account="}), boost::test_tools::per_element());
  BOOST_TEST(known({"LOGS", "cur"}) == (Words{"cursor="}), boost::test_tools::per_element());
  BOOST_TEST(known({"explain", "top", "sor"}) == (Words{"sort="}),
             boost::test_tools::per_element());
  BOOST_TEST(known({"logs", "sor"}).empty());
  BOOST_TEST(known({"status", ""}).empty());
  BOOST_TEST(known({"nonsense", ""}).empty());
}

BOOST_AUTO_TEST_CASE(the_last_of_several_values_is_completed) {
  BOOST_TEST(known({"logs", "date=yes"}) == (Words{"date=yesterday"}),
             boost::test_tools::per_element());
  BOOST_TEST(known({"export", "fields=ts,dur"}) == (Words{"fields=ts,duration_ms"}),
             boost::test_tools::per_element());
  BOOST_TEST(known({"export", "--fields", "ts,dur"}) == (Words{"ts,duration_ms"}),
             boost::test_tools::per_element());
  BOOST_TEST(known({"export", "--fields=ts,dur"}) == (Words{"--fields=ts,duration_ms"}),
             boost::test_tools::per_element());
  BOOST_TEST(known({"rejects", "reason=not-json,too-o"}) == (Words{"reason=not-json,too-old"}),
             boost::test_tools::per_element());
  BOOST_TEST(known({"activity", "by=account,"}).empty());  // accepts one
  BOOST_TEST(known({"logs", "status=2xx,2"}).empty());     // already given
  BOOST_TEST(known({"logs", "status!=429,fai"}) == (Words{"status!=429,failed"}),
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(values_are_the_servers) {
  std::vector<std::string> asked;
  BOOST_TEST(known({"logs", "endpoint=red,bl"}, &asked) == (Words{"endpoint=red,blue"}),
             boost::test_tools::per_element());
  BOOST_TEST(asked == (Words{"", "endpoint", "bl"}), boost::test_tools::per_element());
  known({"--connect", "a:1", "logs", "account="}, &asked);
  BOOST_TEST(asked == (Words{"a:1", "account", ""}), boost::test_tools::per_element());
  known({"logs", "--connect=b:2", "account=b"}, &asked);
  BOOST_TEST(asked == (Words{"b:2", "account", "b"}), boost::test_tools::per_element());
  asked.clear();
  BOOST_TEST(known({"logs", "call_id=b"}, &asked).empty());  // each call has its own
  BOOST_TEST(known({"--connect", "b"}, &asked).empty());
  BOOST_TEST(asked.empty());
}

BOOST_AUTO_TEST_CASE(options_are_those_of_the_verb) {
  BOOST_TEST(known({"--c"}) == (Words{"--connect", "--ca", "--certificate", "--curl", "--csv"}),
             boost::test_tools::per_element());
  BOOST_TEST(known({"logs", "--w"}) == (Words{"--watch"}), boost::test_tools::per_element());
  BOOST_TEST(known({"logs", "--co"}) == (Words{"--connect"}), boost::test_tools::per_element());
  BOOST_TEST(known({"export", "--w"}).empty());
  BOOST_TEST(known({"logs", "--no-such", "acc"}) == (Words{"account="}),
             boost::test_tools::per_element());
  BOOST_TEST(known({"--connect", "--fields", "act"}) == (Words{"activity"}),
             boost::test_tools::per_element());
  const Words dashes = {"--"};
  for (const Candidate& option : complete(dashes, {})) {
    BOOST_TEST_CONTEXT(option.word) {
      BOOST_TEST(!option.gist.empty());
      BOOST_TEST(option.gist.find('\n') == std::string::npos);
      BOOST_TEST(option.word.find_first_not_of("-abcdefghijklmnopqrstuvwxyz") == std::string::npos);
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace fortnight::client
