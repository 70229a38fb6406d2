#include <boost/test/unit_test.hpp>

#include "tests/tools/format/format_files.h"
#include "tools/format/commands.h"
#include "tools/format/template_proposals.h"

namespace fortnight::format {
BOOST_AUTO_TEST_SUITE(format_endpoints)

namespace {

std::vector<std::string> proposed(const EndpointTree& tree) {
  std::vector<std::string> texts;
  for (const TemplateProposal& proposal : tree.proposals()) texts.push_back(proposal.text);
  return texts;
}

using Texts = std::vector<std::string>;

}  // namespace

BOOST_AUTO_TEST_CASE(segments_with_many_values_become_places) {
  EndpointTree tree;
  for (int i = 0; i < 30; ++i) {
    const std::string shop = "/shops/s" + std::string(1, static_cast<char>('a' + i % 26)) +
                             std::string(1, static_cast<char>('a' + i / 26));
    tree.add(shop, 5);
    tree.add(shop + "/orders/{id}", 7);
    if (i == 0) tree.add(shop + "/admin", 1);
  }
  tree.add("/health", 100);
  BOOST_TEST(proposed(tree) == (Texts{"/shops/{shop}", "/shops/{shop}/orders/{id}"}),
             boost::test_tools::per_element());
  const TemplateProposal first = tree.proposals().front();
  BOOST_TEST(first.endpoints == 30U);
  BOOST_TEST(first.calls == 150U);
}

BOOST_AUTO_TEST_CASE(few_names_stay) {
  EndpointTree tree;
  for (const char* const name : {"orders", "users", "shops", "carts", "items", "stock", "mails"}) {
    tree.add("/api/" + std::string(name), 50);
  }
  tree.add("/", 3);
  tree.add("", 1);
  BOOST_TEST(tree.proposals().empty());
  // The same names once each are values.
  EndpointTree once;
  for (const char* const name : {"anna", "bert", "cleo", "dora", "emil", "fred"}) {
    once.add("/companies/" + std::string(name), 1);
  }
  BOOST_TEST(proposed(once) == (Texts{"/companies/{company}"}), boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(a_file_of_paths_is_read_as_such) {
  const SampleFile file("/users/17/orders\t/users/{id}/orders\n/users/18/orders?x=1\n\n/health\n",
                        "paths.txt");
  Output output;
  output.json = true;
  const Answered answered = show_endpoints({file.path(), "", "", 10}, kTestNow, output).value();
  BOOST_TEST(answered.fine);
  BOOST_TEST(
      answered.text ==
      R"({"format":null,"lines":3,"paths":3,"endpoints":[)"
      R"({"endpoint":"/users/{id}/orders","calls":2,"paths":2,"example":"/users/17/orders"},)"
      R"({"endpoint":"/health","calls":1,"paths":1,"example":"/health"}],"templates":[]})"
      "\n");
}

BOOST_AUTO_TEST_CASE(calls_paths_are_those_of_their_format) {
  const std::string line =
      R"({"ts":"2026-11-20T08:15:30Z","method":"GET","path":"/a/7","status":200})"
      "\n";
  const SampleFile file(line + line + R"({"ts":"2026-11-20T08:15:30Z"})");
  Output output;
  for (const std::string format : {"", "fortnight"}) {
    const std::string text =
        show_endpoints({file.path(), format, "", 10}, kTestNow, output).value().text;
    BOOST_TEST(text.find("2 paths of 3 lines with format ") != std::string::npos);
    BOOST_TEST(text.find("/a/{id}") != std::string::npos);
  }
  const SampleFile none("{}\n");
  BOOST_TEST(!show_endpoints({none.path(), "", "", 10}, kTestNow, output).value().fine);
  BOOST_TEST((show_endpoints({none.path(), "nonsense", "", 10}, kTestNow, output).error().code ==
              ErrorCode::invalid));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::format
