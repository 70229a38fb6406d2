// docs/protocol.md compared with the code: its examples run, and it mentions everything.
#include <boost/test/unit_test.hpp>
#include <fstream>
#include <set>
#include <sstream>

#include "query/service.h"
#include "query/vocabulary.h"
#include "tests/support/flat_line.h"
#include "tests/support/model_under_test.h"
#include "tests/support/native_lines.h"
#include "tests/support/project_file.h"

using namespace fortnight;

BOOST_AUTO_TEST_SUITE(protocol_page)

namespace {

std::string page() {
  std::ifstream in(fortnight::project_file("docs/protocol.md"));
  BOOST_REQUIRE(in);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

// The page as a transcript: everything outside of its transcripts becomes comments, so that line
// numbers stay the same.
std::string transcript_of(const std::string& text) {
  std::istringstream in(text);
  std::string out;
  bool within = false;
  for (std::string line; std::getline(in, line);) {
    const bool fence = line.starts_with("```");
    if (fence) within = line == "```transcript";
    // A fence ends the preceding block like an empty line.
    out += fence ? "\n" : (within ? line : "# " + line) + "\n";
  }
  return out;
}

class Rows final : public query::Sink {
 public:
  bool row(std::string_view json) override {
    text.append(json).append("\n");
    return true;
  }
  std::string text;
};

}  // namespace

BOOST_AUTO_TEST_CASE(its_examples_are_answered_as_shown) {
  std::istringstream transcript(transcript_of(page()));
  tests::ModelUnderTest<> model;
  for (const std::string& failure : tests::play_transcript(transcript, model)) {
    BOOST_ERROR("docs/protocol.md, " << failure);
  }
}

BOOST_AUTO_TEST_CASE(it_lists_every_verb_option_and_filter) {
  const std::string text = page();
  const query::Context context;
  for (const query::VerbWords& words : query::verbs()) {
    const std::string name(words.name);
    const bool heading = text.find("### " + name) != std::string::npos ||
                         text.find(", " + name) != std::string::npos;
    BOOST_TEST(heading, name);
    for (const std::string_view option : words.options) {
      BOOST_TEST(text.find(std::string(option) + "=") != std::string::npos, option);
    }
  }
  for (const std::string_view filter : query::filter_names(context)) {
    BOOST_TEST(text.find(filter) != std::string::npos, filter);
  }
}

// Every member that an answer may have is in a table of the page, within backticks.
BOOST_AUTO_TEST_CASE(it_lists_every_member_of_an_answer) {
  const std::string text = page();
  tests::ModelStore model;
  query::Context context;
  TimeNs now = tests::utc("2026-11-01T12:00:00Z");
  context.store = &model;
  context.now = [&] { return now; };
  context.accounts["A"] = {"Acme", "UTC"};
  const auto append = [&](const char* ts) {
    const std::string line =
        std::string(R"({"ts":")") + ts +
        R"(","account":"A","status":500,"duration_ms":1,"ids":{"async_job_id":"j"}})";
    const std::string named = R"({"call_id":"c",)" + line.substr(1);
    model.append(tests::native_append({line, named}), now).value();
  };
  append("2026-11-01T11:01:00Z");
  now += 20 * kNsPerDay;
  model.expire(now);
  append("2026-11-01T11:01:00Z");  // late
  append("2026-11-21T11:01:00Z");
  std::set<std::string> members;
  for (const char* request :
       {"ACTIVITY step=1d quantiles=0.5 compare=previous", "ACTIVITY by=call_id n=1 step=1d",
        "ACTIVITY from=2026-11-01T11:01 to=2026-11-01T11:02", "ACTIVITY account=B",
        "ACTIVITY date=last-30-days text=x", "LOGS limit=1", "SHOW id=j limit=1", "JOB j limit=1",
        "TOP by=account", "VALUES field=account", "ERRORS", "EXPORT", "EXPORT fields=ref",
        "EXPLAIN LOGS", "HELP"}) {
    Rows rows;
    const std::string closing = query::execute(context, request, rows, {});
    BOOST_REQUIRE_MESSAGE(closing.starts_with("OK "), request << ": " << closing);
    std::istringstream lines(rows.text + closing.substr(3));
    for (std::string line; std::getline(lines, line);) {
      const tests::FlatLine flat = tests::flatten(line);
      members.insert(flat.keys.begin(), flat.keys.end());
    }
  }
  for (const char* sure : {"rest", "late", "rounded", "next", "more", "account_name", "basis",
                           "retained_from", "previous_calls", "note", "stage"}) {
    BOOST_TEST(members.contains(sure), sure);
  }
  members.erase("0.5");  // a quantile
  for (const std::string& name : members) {
    BOOST_TEST(text.find("`" + name + "`") != std::string::npos, name);
  }
}

BOOST_AUTO_TEST_CASE(help_lists_every_verb_option_and_filter) {
  tests::ModelStore model;
  query::Context context;
  context.store = &model;
  context.now = [] { return TimeNs{0}; };
  Rows guide;
  BOOST_TEST(query::execute(context, "HELP", guide, {}) == "OK {}");
  for (const std::string_view filter : query::filter_names(context)) {
    BOOST_TEST(guide.text.find(filter) != std::string::npos, filter);
  }
  for (const query::VerbWords& words : query::verbs()) {
    BOOST_TEST(guide.text.find(words.name) != std::string::npos, words.name);
    Rows one;
    BOOST_TEST(query::execute(context, "HELP " + std::string(words.name), one, {}) == "OK {}");
    for (const std::string_view option : words.options) {
      BOOST_TEST(one.text.find("  " + std::string(option) + "=  ") != std::string::npos,
                 words.name << " " << option);
    }
    // Its example is valid, for those who may use it.
    Rows answer;
    const std::string closing = query::execute(context, words.example, answer, {});
    BOOST_TEST((closing.starts_with("OK ") || closing.starts_with("ERR unsupported ") ||
                closing.find(" needs the right \"") != std::string::npos),
               words.example << ": " << closing);
  }
}

BOOST_AUTO_TEST_SUITE_END()
