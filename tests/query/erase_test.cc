// ERASE: the answer of a dry run, what a confirmation is bound to, and what the store erases.
#include <boost/test/unit_test.hpp>
#include <optional>
#include <string>
#include <vector>

#include "access/sealer.h"
#include "access/secret.h"
#include "base/json_members.h"
#include "query/service.h"
#include "storage/erasure.h"
#include "tests/support/model_store.h"
#include "tests/support/native_lines.h"

namespace fortnight::query {
namespace erasing {

using access::Right;
using access::Rights;

// Records the erasures that are requested.
class NotingEraser final : public storage::Eraser {
 public:
  Result<storage::Erased> erase(const storage::ErasureOrder& order, const storage::Budget&,
                                TimeNs) override {
    told = order;
    storage::Erased erased;
    erased.erasure.number = 1;
    erased.erasure.days = {{20'777, 2}};
    return erased;
  }
  [[nodiscard]] Result<std::vector<std::string>> certificates() const override {
    return std::vector<std::string>{R"({"number":1})", R"({"number":2})"};
  }
  std::optional<storage::ErasureOrder> told;
};

class ErasingRows final : public Sink {
 public:
  bool row(std::string_view json) override {
    rows.emplace_back(json);
    return true;
  }
  std::vector<std::string> rows;
};

struct Fixture {
  Fixture() {
    context->now = [this] { return now; };
    context->store = &store;
    context->erasing = {&eraser, &sealer, true};
    BOOST_REQUIRE(store.append(
        tests::native_append(
            {R"({"ts":"2026-11-19T10:00:00Z","call_id":"a-1","account":"A","ids":{"order":"o-1"}})",
             R"({"ts":"2026-11-20T10:00:00Z","call_id":"a-2","account":"A","note":"of jo"})",
             R"({"ts":"2026-11-20T10:00:00Z","call_id":"b-1","account":"B","note":"of jo"})"},
            tests::Split::shapes),
        now));
  }

  access::Reader reader(Rights rights, std::optional<std::vector<std::string>> accounts = {},
                        const std::string& name = "token eraser") {
    return std::make_shared<const access::Identity>(name, rights, std::move(accounts));
  }
  std::string ask(const std::string& line, const access::Reader& by) {
    rows.rows.clear();
    const auto answering = Answering::start(context, RequestLine(line, by));
    BOOST_REQUIRE((answering->run(rows, {}) == Answering::State::ended));
    return answering->closing().line;
  }
  // The value of a member of the only row, without quotes.
  std::string member(std::string_view key) {
    BOOST_REQUIRE(rows.rows.size() == 1U);
    for (const JsonMember& found : members_of(rows.rows[0])) {
      if (found.key != key) continue;
      std::string value(found.value);
      if (value.starts_with('"')) value = value.substr(1, value.size() - 2);
      return value;
    }
    return {};
  }
  std::string confirmation(const std::string& line, const access::Reader& by) {
    BOOST_TEST(ask(line, by) == R"(OK {"complete":true})");
    return member("confirm");
  }

  TimeNs now = tests::utc("2026-11-20T12:00:00Z");
  tests::ModelStore store;
  NotingEraser eraser;
  access::Sealer sealer;
  std::shared_ptr<Context> context = std::make_shared<Context>();
  ErasingRows rows;
  access::Reader admin = reader(Rights::all(), std::nullopt, "local root");
};

}  // namespace erasing

BOOST_FIXTURE_TEST_SUITE(erase_verb, erasing::Fixture)

using erasing::Right;
using erasing::Rights;

BOOST_AUTO_TEST_CASE(a_dry_run_counts_and_erases_nothing) {
  BOOST_TEST(ask("ERASE account=A", admin) == R"(OK {"complete":true})");
  BOOST_TEST(member("calls") == "2");
  BOOST_TEST(member("days") ==
             R"([{"date":"2026-11-19","calls":1},{"date":"2026-11-20","calls":1}])");
  BOOST_TEST(member("expires") == "2026-11-20T12:15:00Z");
  BOOST_TEST(!eraser.told.has_value());
  confirmation("ERASE id=o-1", admin);
  BOOST_TEST(member("calls") == "1");
  confirmation("ERASE id=a-1", admin);
  BOOST_TEST(member("calls") == "1");
  confirmation("ERASE text=jo", admin);
  BOOST_TEST(member("calls") == "2");
  confirmation("ERASE text=*", admin);
  BOOST_TEST(member("calls") == "0");
}

BOOST_AUTO_TEST_CASE(the_store_is_told_what_was_confirmed) {
  const std::string confirm = confirmation("ERASE text=jo", admin);
  // What comes later isn't meant.
  BOOST_REQUIRE(store.append(
      tests::native_append({R"({"ts":"2026-11-20T11:00:00Z","call_id":"c","note":"jo"})"},
                           tests::Split::shapes),
      now));
  BOOST_TEST(ask("ERASE text=jo confirm=" + confirm + " now=true", admin) ==
             R"(OK {"complete":true})");
  BOOST_TEST(member("erasure") == "1");
  BOOST_TEST(member("off_disk_by") == "2026-11-21T12:00:00Z");
  BOOST_REQUIRE(eraser.told.has_value());
  BOOST_TEST(eraser.told->end_seq == 4U);
  BOOST_TEST(eraser.told->text == "jo");
  BOOST_TEST(eraser.told->now);
  BOOST_TEST(eraser.told->by == "local root");
  BOOST_TEST(eraser.told->filter == "text");
  BOOST_TEST(eraser.told->sha256 == access::hex_of(access::digest_of("jo")));
  BOOST_REQUIRE(eraser.told->predicates.size() == 1U);
  BOOST_TEST((eraser.told->predicates[0].subject == storage::Predicate::Subject::text));
}

BOOST_AUTO_TEST_CASE(a_reader_of_some_accounts_erases_only_theirs) {
  const auto own = reader({Right::erase, Right::bodies}, std::vector<std::string>{"B", "C"});
  const std::string confirm = confirmation("ERASE text=jo", own);
  BOOST_TEST(member("calls") == "1");
  BOOST_TEST(ask("ERASE text=jo confirm=" + confirm, own).starts_with("OK"));
  BOOST_REQUIRE(eraser.told.has_value());
  BOOST_REQUIRE(eraser.told->predicates.size() == 2U);
  const storage::Predicate& accounts = eraser.told->predicates[1];
  BOOST_TEST((accounts.subject == storage::Predicate::Subject::field));
  BOOST_TEST((accounts.field == storage::TextField::account));
  BOOST_REQUIRE(accounts.patterns.size() == 2U);
  BOOST_TEST(accounts.patterns[0].pieces[0] == "B");
  BOOST_TEST(!accounts.negated);
  BOOST_TEST(eraser.told->text == "");
  BOOST_TEST(ask("ERASURES", own).starts_with("ERR denied"));
}

BOOST_AUTO_TEST_CASE(a_confirmation_is_of_one_request_and_reader) {
  const std::string confirm = confirmation("ERASE account=A", admin);
  const std::string refused = "ERR bad-request column";
  const auto like_admin = reader(Rights::all(), std::vector<std::string>{"A"}, "local root");
  BOOST_TEST(ask("ERASE account=B confirm=" + confirm, admin).starts_with(refused));
  BOOST_TEST(ask("ERASE id=A confirm=" + confirm, admin).starts_with(refused));
  BOOST_TEST(ask("ERASE account=A confirm=" + confirm, reader(Rights::all())).starts_with(refused));
  BOOST_TEST(ask("ERASE account=A confirm=" + confirm, like_admin).starts_with(refused));
  for (std::size_t i = 0; i < confirm.size(); ++i) {
    std::string changed = confirm;
    changed[i] = changed[i] == '1' ? '2' : '1';
    BOOST_TEST(ask("ERASE account=A confirm=" + changed, admin).starts_with(refused), changed);
    BOOST_TEST(
        ask("ERASE account=A confirm=\"" + confirm.substr(0, i) + "\"", admin).starts_with("ERR"));
  }
  now += 15 * 60 * kNsPerSecond;
  BOOST_TEST(ask("ERASE account=A confirm=" + confirm, admin).starts_with(refused));
  BOOST_TEST(!eraser.told.has_value());
  now -= 1;
  BOOST_TEST(ask("ERASE account=A confirm=" + confirm, admin).starts_with("OK"));
}

BOOST_AUTO_TEST_CASE(rights_and_the_configuration_decide) {
  BOOST_TEST(ask("ERASE account=A", access::everybody()).starts_with("ERR denied"));
  BOOST_TEST(ask("ERASE account=A", access::nobody()).starts_with("ERR not-authenticated"));
  const auto eraser_only = reader({Right::erase});
  BOOST_TEST(ask("ERASE account=A", eraser_only).starts_with("OK"));
  BOOST_TEST(ask("ERASE id=a-1", eraser_only).starts_with("ERR denied"));
  BOOST_TEST(ask("ERASE text=jo", eraser_only).starts_with("ERR denied"));
  BOOST_TEST(ask("LOGS", eraser_only).starts_with("ERR denied"));
  BOOST_TEST(ask("ERASURES limit=1", eraser_only) == R"(OK {"erasures":2})");
  BOOST_TEST(rows.rows == std::vector<std::string>{R"({"number":2})"});
  context->erasing.enabled = false;
  BOOST_TEST(ask("ERASE account=A", admin).find("erasure: {enabled: true}") != std::string::npos);
  BOOST_TEST(ask("ERASURES", admin).starts_with("OK"));
  context->erasing = {};
  BOOST_TEST(ask("ERASE account=A", admin).starts_with("ERR unsupported"));
  BOOST_TEST(ask("ERASURES", admin).starts_with("ERR unsupported"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::query
