// Readers who may not see everything get the answers of a store that has nothing else, whatever
// they ask.
#include "query/restricted_store.h"

#include <boost/test/unit_test.hpp>
#include <random>
#include <regex>

#include "query/service.h"
#include "tests/support/model_store.h"
#include "tests/support/native_lines.h"

namespace fortnight::query {
namespace restricted {

using access::Right;
using access::Rights;

class Rows final : public Sink {
 public:
  bool row(std::string_view json) override {
    text.append(json).append("\n");
    return true;
  }
  std::string text;
};

const std::vector<std::string> kAccounts = {"A", "B", "C", "D d"};

struct Fixture {
  Fixture() {
    context.now = [] { return tests::utc("2026-11-20T12:00:00Z"); };
    for (int i = 0; i < 300; ++i) add(i, kAccounts[pick(kAccounts.size())]);
    // The period of all calls is that of each account's.
    for (const std::string& account : kAccounts) {
      add(0, account);
      add(299, account);
    }
    context.error_code_pointers = {"/response/code"};
  }

  std::size_t pick(std::size_t below) { return random() % below; }

  void add(int number, const std::string& account) {
    const int seconds = 3 * number;
    const std::string time = "2026-11-" + std::to_string(18 + number / 100) +
                             "T08:" + std::to_string(10 + seconds / 60 % 50) + ":" +
                             std::to_string(10 + seconds % 50) + "Z";
    const std::string name = std::to_string(lines.size());
    lines.push_back(
        {account, R"({"ts":")" + time + R"(","call_id":"call-)" + name + R"(","account":")" +
                      account + R"(","method":"GET","endpoint":"/)" + std::to_string(pick(4)) +
                      R"(","path":"/p)" + name + R"(","status":)" + (pick(3) == 0 ? "500" : "200") +
                      R"(,"ids":{"error_id":"e-)" + name + R"("},"request":{"body":"hidden )" +
                      account + R"("},"response":{"code":"hidden-)" + std::to_string(pick(3)) +
                      R"("}})"});
  }

  // A store with the calls of these accounts.
  static void fill(tests::ModelStore& store, const std::vector<std::string>& accounts,
                   const std::vector<std::pair<std::string, std::string>>& lines, TimeNs now) {
    std::vector<std::string> chosen;
    for (const auto& [account, line] : lines) {
      if (std::find(accounts.begin(), accounts.end(), account) != accounts.end()) {
        chosen.push_back(line);
      }
    }
    BOOST_REQUIRE(store.append(tests::native_append(chosen), now));
  }

  std::string ask(const storage::StoreReader& store, const std::string& request,
                  const access::Reader& reader) {
    auto own = std::make_shared<Context>(context);
    own->store = &store;
    Rows rows;
    auto answering = Answering::start(own, RequestLine(request, reader));
    BOOST_REQUIRE((answering->run(rows, {}) == Answering::State::ended));
    return rows.text + answering->closing().line;
  }

  // Without what differs between stores: refs and cursors, and since when a store has known an
  // error.
  static std::string without_numbers(const std::string& answer) {
    static const std::regex numbers(R"re(,"(ref|next|first_ever)":"[^"]*")re");
    return std::regex_replace(answer, numbers, "");
  }

  std::string random_request() {
    const std::vector<std::string> verbs = {
        "ACTIVITY step=1d",
        "ACTIVITY step=1d by=account",
        "ACTIVITY step=1h by=code",
        "LOGS limit=7",
        "LOGS limit=1000",
        "LOGS order=oldest limit=9",
        "TOP by=account",
        "TOP by=call_id n=3",
        "TOP by=endpoint sort=errors",
        "VALUES field=account",
        "VALUES field=path limit=5",
        "VALUES field=endpoint",
        "ERRORS",
        "EXPORT",
        "EXPORT fields=ts,account,/request/body",
        "EXPORT fields=call_id",
        "SHOW call-" + std::to_string(pick(300)),
        "FIND \"call-" + std::to_string(pick(300)) + " e-" + std::to_string(pick(300)) + "\"",
        "JOB call-" + std::to_string(pick(300)),
        "ACTIVITY step=1d quantiles=0.5",
        "TOP by=account compare=day"};
    std::string request = verbs[pick(verbs.size())];
    const bool filters = !request.starts_with("FIND");
    const std::vector<std::string> tests = {
        "account=A",         "account!=B",    "account=*",      "account=A,C",
        "status=500",        "endpoint=/1",   "text=hidden",    "word=hidden",
        "/request/body=h*B", "code=hidden-1", "path=/p1*",      "id=call-7",
        "text!=nowhere",     "account=\"\"",  "status!=failed", "code=*"};
    for (std::size_t i = pick(3); filters && i > 0; --i) request += " " + tests[pick(tests.size())];
    const std::vector<std::string> dates = {"", " date=all", " date=2026-11-19",
                                            " date=last-3-days",
                                            " date=yesterday compare=previous"};
    const std::string date = dates[pick(dates.size())];
    const bool compares = request.starts_with("ACTIVITY") || request.starts_with("ERRORS");
    if (date.find("compare") == std::string::npos || compares) request += date;
    return request;
  }

  std::mt19937_64 random{7};
  std::vector<std::pair<std::string, std::string>> lines;
  Context context;
};

}  // namespace restricted

BOOST_FIXTURE_TEST_SUITE(restricted_store, restricted::Fixture)

BOOST_AUTO_TEST_CASE(some_accounts_are_a_store_of_their_own) {
  tests::ModelStore everything;
  fill(everything, restricted::kAccounts, lines, context.now());
  int rows = 0;
  for (const std::vector<std::string>& accounts :
       std::vector<std::vector<std::string>>{{"A"}, {"B", "D d"}, {"A", "B", "C"}, {"nobody"}}) {
    tests::ModelStore own;
    fill(own, accounts, lines, context.now());
    const auto reader =
        std::make_shared<const access::Identity>("r", access::Rights::reading(), accounts);
    for (int i = 0; i < 400; ++i) {
      std::string request = random_request();
      // The period of a store without any call is unknown.
      if (accounts.front() == "nobody" && request.find("date=all") != std::string::npos) continue;
      const std::string expected = without_numbers(ask(own, request, access::everybody()));
      BOOST_TEST_REQUIRE(without_numbers(ask(everything, request, reader)) == expected, request);
      rows += expected.starts_with("{") ? 1 : 0;
    }
  }
  BOOST_TEST(rows > 300);
}

BOOST_AUTO_TEST_CASE(what_a_right_opens_is_in_no_answer_without_it) {
  tests::ModelStore store;
  fill(store, restricted::kAccounts, lines, context.now());
  using access::Right;
  int answered = 0;
  for (int i = 0; i < 2000; ++i) {
    access::Rights rights;
    for (const Right right : {Right::counts, Right::calls, Right::bodies}) {
      if (pick(2) == 0) rights.add(right);
    }
    const auto reader = std::make_shared<const access::Identity>("r", rights);
    const std::string request = random_request();
    const std::string answer = ask(store, request, reader);
    BOOST_TEST_CONTEXT(request << " with " << access::to_string(rights) << ": " << answer) {
      const auto has = [&](std::string_view text) {
        return answer.find(text) != std::string::npos;
      };
      if (rights.empty()) BOOST_TEST(answer.starts_with("ERR not-authenticated"));
      // Errors repeat words of the request.
      if (answer.starts_with("ERR")) continue;
      if (!rights.has(Right::bodies)) BOOST_TEST(!has("hidden"));
      if (!rights.has(Right::calls)) BOOST_TEST(!has("call-"));
      const std::string everything = ask(store, request, access::everybody());
      if (rights == access::Rights::reading()) BOOST_TEST(answer == everything);
      ++answered;
    }
  }
  BOOST_TEST(answered > 500);
}

BOOST_AUTO_TEST_CASE(an_identity_that_has_ended_gets_nothing) {
  tests::ModelStore store;
  const auto reader = std::make_shared<const access::Identity>("r", access::Rights::reading(),
                                                               std::nullopt, context.now() + 1);
  BOOST_TEST(ask(store, "LOGS", reader).starts_with("OK"));
  reader->end();
  BOOST_TEST(ask(store, "LOGS", reader).starts_with("ERR not-authenticated"));
  const auto expired = std::make_shared<const access::Identity>("r", access::Rights::reading(),
                                                                std::nullopt, context.now());
  for (const char* request : {"LOGS", "STATUS", "EXPLAIN LOGS", "TOKENS", "REJECTS"}) {
    BOOST_TEST(ask(store, request, expired).starts_with("ERR not-authenticated"), request);
  }
  for (const char* request : {"PING", "HELP", "QUIT"}) {
    BOOST_TEST(ask(store, request, expired).find("OK") != std::string::npos, request);
  }
}

BOOST_AUTO_TEST_CASE(what_can_not_be_restricted_is_refused) {
  tests::ModelStore store;
  const auto reader = std::make_shared<const access::Identity>("r", access::Rights::all(),
                                                               std::vector<std::string>{"A"});
  for (const char* request :
       {"STATUS", "REJECTS", "EXPLAIN LOGS", "TOKENS", "ISSUE a rights=calls", "REVOKE a"}) {
    BOOST_TEST(ask(store, request, reader).starts_with("ERR denied"), request);
  }
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace fortnight::query
