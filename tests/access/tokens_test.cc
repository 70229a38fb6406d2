#include "access/tokens.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/simulated_file_system.h"

namespace fortnight::access {
namespace tokens {

constexpr TimeNs kNow = 1'795'000'000 * kNsPerSecond;

struct Loaded {
  explicit Loaded(storage::FileSystem& files) : file(files), tokens(file) {}
  AccessFile file;
  Tokens tokens;
};

struct Fixture {
  faults::SimulatedFileSystem files;

  static std::string issued(Tokens& tokens, TokenTerms terms, TimeNs now = kNow) {
    auto text = tokens.issue(std::move(terms), now);
    BOOST_REQUIRE(text.has_value());
    return *text;
  }
  static std::string problem(Tokens& tokens, TokenTerms terms) {
    const auto text = tokens.issue(std::move(terms), kNow);
    return text ? std::string() : text.error().message;
  }
  std::string file() { return storage::read_whole(files, "access", 1U << 20).value(); }
  void write(std::string_view text) {
    BOOST_REQUIRE(storage::write_atomically(files, "access", text));
  }
};

}  // namespace tokens

BOOST_FIXTURE_TEST_SUITE(tokens, tokens::Fixture)

using tokens::kNow;
using tokens::Loaded;

BOOST_AUTO_TEST_CASE(a_token_is_its_identity_also_after_a_restart) {
  std::string text;
  {
    Loaded loaded(files);
    Tokens& tokens = loaded.tokens;
    text = issued(tokens, {"ci", {{Right::counts, Right::calls}, {{"B", "A", "B"}}}, kNow + 10});
  }
  Loaded loaded(files);
  Tokens& tokens = loaded.tokens;
  BOOST_TEST(!loaded.file.unreadable().has_value());
  const auto identity = tokens.find(text, kNow);
  BOOST_REQUIRE(identity != nullptr);
  BOOST_TEST(identity->name() == "token ci");
  BOOST_TEST((identity->rights() == Rights{Right::counts, Right::calls}));
  BOOST_TEST((identity->accounts() == std::vector<std::string>{"A", "B"}));
  BOOST_TEST(identity->valid(kNow + 9));
  BOOST_TEST(!identity->valid(kNow + 10));
  BOOST_TEST(tokens.find(text, kNow + 10) == nullptr);
  BOOST_TEST(tokens.find(text + "x", kNow) == nullptr);
  BOOST_TEST(tokens.find("", kNow) == nullptr);
  BOOST_TEST(tokens.find(make_token().text, kNow) == nullptr);
}

BOOST_AUTO_TEST_CASE(the_file_has_no_secret) {
  Loaded loaded(files);
  Tokens& tokens = loaded.tokens;
  const std::string text = issued(tokens, {"ci", {Rights::reading()}, {}});
  const std::string secret = text.substr(15, 52);
  BOOST_TEST(file().find(secret) == std::string::npos);
  BOOST_TEST(file().find(tokens.list().at(0).token.id) != std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_token_with_another_secret_is_none) {
  std::string text;
  {
    Loaded loaded(files);
    Tokens& tokens = loaded.tokens;
    text = issued(tokens, {"a", {Rights::reading()}, {}});
  }
  const std::string digest = hex_of(parse_token(text)->digest);
  std::string changed = file();
  changed.replace(changed.find(digest), digest.size(), hex_of(make_token().token.digest));
  write(changed);
  Loaded loaded(files);
  Tokens& tokens = loaded.tokens;
  BOOST_TEST(tokens.list().size() == 1U);
  BOOST_TEST(tokens.find(text, kNow) == nullptr);
}

BOOST_AUTO_TEST_CASE(a_revoked_token_ends_at_once_for_those_who_hold_it) {
  Loaded loaded(files);
  Tokens& tokens = loaded.tokens;
  const std::string text = issued(tokens, {"ci", {Rights::reading()}, {}});
  const auto held = tokens.find(text, kNow);
  BOOST_TEST(held->valid(kNow));
  BOOST_REQUIRE(tokens.revoke("ci"));
  BOOST_TEST(!held->valid(kNow));
  BOOST_TEST(tokens.find(text, kNow) == nullptr);
  BOOST_TEST((tokens.revoke("ci").error().code == ErrorCode::not_found));
  BOOST_TEST(Loaded(files).tokens.list().empty());
  // The name is free again.
  issued(tokens, {"ci", {Rights::reading()}, {}});
}

BOOST_AUTO_TEST_CASE(terms_that_open_nothing_or_too_much_are_refused) {
  Loaded loaded(files);
  Tokens& tokens = loaded.tokens;
  const Rights rights = Rights::reading();
  for (const char* name : {"", "a b", "a/b", "\xc3\xa9", "a\n"}) {
    BOOST_TEST(problem(tokens, {name, {rights}, {}}).starts_with("a token's name"), name);
  }
  BOOST_TEST(problem(tokens, {std::string(65, 'a'), {rights}, {}}) != "");
  BOOST_TEST(problem(tokens, {"a", {}, {}}) == "a token without rights opens nothing");
  BOOST_TEST(problem(tokens, {"a", {rights, std::vector<std::string>()}, {}}) != "");
  BOOST_TEST(problem(tokens, {"a", {{Right::admin}, {{"A"}}}, {}}).starts_with("admin is for all"));
  BOOST_TEST(problem(tokens, {"a", {rights}, kNow}) == "it would have expired already");
  BOOST_TEST(problem(tokens, {"a", {rights}, {}}) == "");
  BOOST_TEST(problem(tokens, {"a", {rights}, {}}).starts_with("there is a token of that name"));
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_read_lets_nobody_in_and_stays) {
  std::string text;
  {
    Loaded loaded(files);
    Tokens& tokens = loaded.tokens;
    text = issued(tokens, {"ci", {Rights::reading()}, {}});
  }
  const std::string good = file();
  std::vector<std::string> wrong = {"",
                                    "[]",
                                    "{}",
                                    R"({"version":1})",
                                    R"({"version":2,"tokens":[]})",
                                    R"({"version":3,"tokens":[],"people":[]})",
                                    "x" + good};
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {R"("counts")", R"("count")"},
           {R"("sha256":")", R"("sha256":"0)"},
           {R"("created":")", R"("created":"x)"},
           {R"("name":"ci",)", ""},
           {R"("name":"ci")", R"("name":"c i")"},
           {R"("rights":[)", R"("only":"A","rights":[)"},
           {R"("rights":[)", R"("accounts":"A","rights":[)"},
           {R"("id":")", R"("id":"0)"},
           {R"("id":")", "\"id\":\"\xff"},
           {R"("tokens":[)", R"("tokens":[[)"}}) {
    std::string changed = good;
    changed.replace(changed.find(from), from.size(), to);
    wrong.push_back(changed);
  }
  for (const std::string& damaged : wrong) {
    BOOST_TEST_CONTEXT(damaged) {
      write(damaged);
      Loaded loaded(files);
      Tokens& tokens = loaded.tokens;
      BOOST_TEST(loaded.file.unreadable().has_value());
      BOOST_TEST(tokens.find(text, kNow) == nullptr);
      BOOST_TEST(!tokens.issue({"new", {Rights::reading()}, {}}, kNow).has_value());
      BOOST_TEST(file() == damaged);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_full_disk_issues_and_revokes_nothing_for_good) {
  Loaded loaded(files);
  Tokens& tokens = loaded.tokens;
  const std::string text = issued(tokens, {"a", {Rights::reading()}, {}});
  const std::string before = file();
  files.set_capacity(before.size());
  BOOST_TEST(!tokens.issue({"b", {Rights::reading()}, {}}, kNow).has_value());
  BOOST_TEST(tokens.list().size() == 1U);
  // A token that is to go opens nothing any more, even if that can't be written.
  BOOST_TEST(!tokens.revoke("a").has_value());
  BOOST_TEST(tokens.find(text, kNow) == nullptr);
  BOOST_TEST(file() == before);
}

BOOST_AUTO_TEST_CASE(the_last_use_is_kept) {
  Loaded loaded(files);
  Tokens& tokens = loaded.tokens;
  const std::string text = issued(tokens, {"ci", {Rights::reading()}, {}});
  BOOST_REQUIRE(tokens.find(text, kNow + 5) != nullptr);
  BOOST_REQUIRE(tokens.keep(kNow + 5));
  BOOST_TEST(Loaded(files).tokens.list().at(0).used.value() == kNow + 5);
  BOOST_REQUIRE(tokens.find(text, kNow + 6) != nullptr);
  BOOST_REQUIRE(tokens.keep(kNow + 6));  // too soon
  BOOST_TEST(Loaded(files).tokens.list().at(0).used.value() == kNow + 5);
  BOOST_REQUIRE(tokens.keep(kMaxTime));
  BOOST_TEST(Loaded(files).tokens.list().at(0).used.value() == kNow + 6);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace fortnight::access
