#include "access/people.h"

#include <boost/test/unit_test.hpp>

#include "access/tokens.h"
#include "access/totp.h"
#include "tests/support/simulated_file_system.h"

namespace fortnight::access {
namespace people {

constexpr TimeNs kNow = 1'795'000'000 * kNsPerSecond;

struct Loaded {
  explicit Loaded(storage::FileSystem& files) : file(files), tokens(file) {}
  AccessFile file;
  Tokens tokens;
  PasswordHasher hasher;
  Sessions sessions;
  People people{file, hasher, sessions};
};

struct Fixture {
  faults::SimulatedFileSystem files;
  std::string text() { return files.contents(std::string(kAccessFile)); }
};

}  // namespace people

BOOST_FIXTURE_TEST_SUITE(people, people::Fixture)

using people::kNow;
using people::Loaded;

BOOST_AUTO_TEST_CASE(people_and_tokens_share_a_file_that_has_no_secret_of_passwords) {
  std::string token;
  People::Credentials made;
  {
    Loaded loaded(files);
    token = loaded.tokens.issue({"ci", {Rights::reading()}, {}}, kNow).value();
    made = loaded.people.add("jo@example.com", {{Right::counts}, {{"B", "A"}}}, true, kNow).value();
    BOOST_REQUIRE(loaded.tokens.issue({"other", {Rights::reading()}, {}}, kNow).has_value());
  }
  BOOST_TEST(text().find(made.password) == std::string::npos);
  BOOST_TEST(text().find(made.recovery_codes[0]) == std::string::npos);
  Loaded loaded(files);
  BOOST_TEST(!loaded.file.unreadable().has_value());
  BOOST_TEST(loaded.tokens.find(token, kNow) != nullptr);
  BOOST_TEST(loaded.tokens.list().size() == 2U);
  const auto person = loaded.people.find("jo@example.com");
  BOOST_REQUIRE(person.has_value());
  BOOST_TEST((person->grant.rights == Rights{Right::counts}));
  BOOST_TEST((person->grant.accounts == std::vector<std::string>{"A", "B"}));
  BOOST_TEST(person->totp_secret == made.totp_secret);
  BOOST_TEST(person->one_time_until.value() == kNow + kOneTimePasswordTime);
  BOOST_TEST(person->created == kNow);
  BOOST_TEST(loaded.hasher.verify(person->password, made.password));
  BOOST_TEST(!loaded.hasher.verify(person->password, made.password + "x"));
  BOOST_TEST(!loaded.hasher.verify(person->password, ""));
  BOOST_TEST(!loaded.hasher.verify("", ""));
  BOOST_TEST(loaded.hasher.computed() == 4U);
}

BOOST_AUTO_TEST_CASE(a_file_without_people_is_read_and_an_older_reader_refuses_the_new_one) {
  files.put(std::string(kAccessFile), "{\"version\":1,\"tokens\":[]}\n");
  Loaded loaded(files);
  BOOST_TEST(!loaded.file.unreadable().has_value());
  BOOST_REQUIRE(loaded.people.add("jo", {Rights::reading()}, false, kNow).has_value());
  BOOST_TEST(text().starts_with(R"({"version":2,)"));
}

BOOST_AUTO_TEST_CASE(terms_that_open_nothing_or_too_much_are_refused_for_people) {
  Loaded loaded(files);
  const auto problem = [&](std::string_view name, Grant grant) {
    const auto added = loaded.people.add(name, std::move(grant), false, kNow);
    return added ? std::string() : added.error().message;
  };
  for (const char* name : {"", "a b", "a/b", "\xc3\xa9", "a\n", "a:b"}) {
    BOOST_TEST(problem(name, {Rights::reading()}).starts_with("a person's name"), name);
  }
  BOOST_TEST(problem("jo", {}) == "a person without rights opens nothing");
  BOOST_TEST(problem("jo", {{Right::admin}, {{"A"}}}).starts_with("admin is for all"));
  BOOST_TEST(problem("jo", {Rights::reading()}) == "");
  BOOST_TEST(problem("JO", {Rights::reading()}) == "there is a person of that name");
  BOOST_TEST(!loaded.people.remove("flo").has_value());
  BOOST_TEST(!loaded.people.reset_totp("a b", true).has_value());
}

BOOST_AUTO_TEST_CASE(an_entry_of_another_form_lets_nobody_in_and_stays) {
  std::string token;
  {
    Loaded loaded(files);
    token = loaded.tokens.issue({"ci", {Rights::reading()}, {}}, kNow).value();
    BOOST_REQUIRE(loaded.people.add("jo", {Rights::reading()}, true, kNow).has_value());
  }
  const std::string good = text();
  std::vector<std::string> wrong;
  for (const auto& [from, to] : std::vector<std::pair<std::string, std::string>>{
           {R"("name":"jo")", R"("name":"Jo")"},
           {R"("name":"jo")", R"("name":"")"},
           {R"("name":"jo",)", ""},
           {R"("password":"$argon2id$)", R"("password":"$argon2i$)"},
           {R"(m=19456)", R"(m=99999)"},
           {R"(,"totp":")", R"(,"totp":"1)"},
           {R"("totp_step":0)", R"("totp_step":"0")"},
           {R"("recovery":[)", R"("recovery":["",)"},
           {R"("recovery":[)", R"("only":"A","recovery":[)"},
           {R"("created":"2)", R"("created":"x)"},
           {R"("people":[)", R"("people":[[],)"},
           {R"("people":[)", R"("users":[)"}}) {
    std::string changed = good;
    BOOST_REQUIRE(changed.find(from) != std::string::npos);
    const std::size_t at = changed.find(R"("people")");
    changed.replace(changed.find(from, from.starts_with("\"people") ? at : at + 1), from.size(),
                    to);
    wrong.push_back(changed);
  }
  // The same person twice.
  const std::size_t begin = good.find(R"({"name":"jo")");
  const std::string entry = good.substr(begin, good.rfind("]}") - begin);
  wrong.push_back(std::string(good).insert(begin, entry + ","));
  for (const std::string& damaged : wrong) {
    BOOST_TEST_CONTEXT(damaged) {
      files.put(std::string(kAccessFile), damaged);
      Loaded loaded(files);
      BOOST_TEST(loaded.file.unreadable().has_value());
      BOOST_TEST(!loaded.people.find("jo").has_value());
      BOOST_TEST(loaded.tokens.find(token, kNow) == nullptr);
      BOOST_TEST(!loaded.people.add("new", {Rights::reading()}, false, kNow).has_value());
      BOOST_TEST(!loaded.people.set_disabled("jo", true).has_value());
      BOOST_TEST(text() == damaged);
    }
  }
}

BOOST_AUTO_TEST_CASE(a_full_disk_changes_nobody) {
  Loaded loaded(files);
  const auto made = loaded.people.add("jo", {Rights::reading()}, true, kNow);
  const Person before = *loaded.people.find("jo");
  const std::string file = text();
  files.set_capacity(file.size());
  BOOST_TEST(!loaded.people.add("flo", {Rights::reading()}, false, kNow).has_value());
  BOOST_TEST(!loaded.people.use_step(before, 7, kNow).has_value());
  BOOST_TEST(!loaded.people.use_recovery_code(before, made->recovery_codes[0], kNow).has_value());
  BOOST_TEST(!loaded.people.set_password(before, "another password").has_value());
  const Person after = *loaded.people.find("jo");
  BOOST_TEST(after.totp_step == before.totp_step);
  BOOST_TEST(after.recovery_codes.size() == kRecoveryCodes);
  BOOST_TEST(after.password == before.password);
  BOOST_TEST(after.generation == before.generation);
  BOOST_TEST(loaded.people.list().size() == 1U);
  BOOST_TEST(text() == file);
}

BOOST_AUTO_TEST_CASE(whoever_signed_in_before_a_change_changes_nothing) {
  Loaded loaded(files);
  const auto made = loaded.people.add("jo", {Rights::reading()}, true, kNow);
  const Person before = *loaded.people.find("jo");
  BOOST_REQUIRE(loaded.people.set_disabled("jo", true).has_value());
  BOOST_REQUIRE(loaded.people.set_disabled("jo", false).has_value());
  BOOST_TEST((loaded.people.use_step(before, 7, kNow).error().code == ErrorCode::not_found));
  BOOST_TEST(!loaded.people.use_recovery_code(before, made->recovery_codes[0], kNow).has_value());
  BOOST_TEST(!loaded.people.set_password(before, "another password").has_value());
  BOOST_TEST(!loaded.people.enrol(before, made->totp_secret, 7).has_value());
  BOOST_TEST(loaded.people.use_step(*loaded.people.find("jo"), 7, kNow).has_value());
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace fortnight::access
