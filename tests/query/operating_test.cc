// BACKUP and SOURCES: who may ask, what is asked of the daemon, and what is answered.
#include <boost/test/unit_test.hpp>
#include <optional>
#include <string>
#include <vector>

#include "query/service.h"
#include "storage/backup.h"

namespace fortnight::query {
namespace operating {

using access::Right;
using access::Rights;

class TakenRows final : public Sink {
 public:
  bool row(std::string_view json) override {
    rows.emplace_back(json);
    return true;
  }
  std::vector<std::string> rows;
};

struct Fixture {
  Fixture() {
    context->now = [] { return TimeNs{0}; };
    context->back_up = [this](const std::string& to, const storage::Budget&) {
      directory = to;
      return backup;
    };
    context->source_rows = [this](const std::function<bool(std::string_view)>& passes) {
      std::optional<std::string> text;
      if (busy) return text;
      text.emplace();
      for (const std::string_view name : {"caddy", "nginx"}) {
        if (!passes(name)) continue;
        text->append(R"({"source":")").append(name).append("\",\"file\":null}\n");
        text->append(R"({"source":")").append(name).append("\",\"file\":\"/a\"}\n");
      }
      return text;
    };
  }

  std::string ask(const std::string& line, Right right, const std::string& peer = "",
                  std::optional<std::vector<std::string>> accounts = {}) {
    rows.rows.clear();
    Rights rights;
    rights.add(right);
    RequestLine request(
        line, std::make_shared<const access::Identity>("local root", rights, std::move(accounts)));
    request.set_peer(peer);
    const auto answering = Answering::start(context, request);
    BOOST_REQUIRE((answering->run(rows, {}) == Answering::State::ended));
    return answering->closing().line;
  }

  std::shared_ptr<Context> context = std::make_shared<Context>();
  std::optional<std::string> directory;
  Result<storage::Backup> backup = storage::Backup{.at = 0,
                                                   .generation = 9,
                                                   .calls = 70,
                                                   .files = 6,
                                                   .bytes = 5000,
                                                   .linked = 1,
                                                   .copied = 2,
                                                   .copied_bytes = 300};
  bool busy = false;
  TakenRows rows;
};

BOOST_FIXTURE_TEST_SUITE(operating_verbs, Fixture)

BOOST_AUTO_TEST_CASE(a_backup_goes_where_it_is_told) {
  BOOST_TEST(ask("BACKUP \"/mnt/of today\"", Right::admin) == "OK {}");
  BOOST_TEST(directory.value() == "/mnt/of today");
  BOOST_REQUIRE(rows.rows.size() == 1U);
  BOOST_TEST(rows.rows[0] ==
             R"({"directory":"/mnt/of today","at":"1970-01-01T00:00:00Z","calls":70,"files":6,)"
             R"("bytes":5000,"linked":1,"copied":2,"copied_bytes":300,"unchanged":3})");
}

BOOST_AUTO_TEST_CASE(a_backup_is_for_admins_on_the_host) {
  BOOST_TEST(ask("BACKUP /mnt", Right::admin, "127.0.0.1").starts_with("ERR denied BACKUP is for"));
  for (const Right right : {Right::counts, Right::calls, Right::bodies, Right::erase}) {
    BOOST_TEST(ask("BACKUP /mnt", right).starts_with("ERR denied"));
  }
  BOOST_TEST(ask("BACKUP /mnt", Right::admin, "", std::vector<std::string>{"A"})
                 .starts_with("ERR denied"));
  BOOST_TEST(!directory);
}

BOOST_AUTO_TEST_CASE(a_backup_that_fails) {
  BOOST_TEST(ask("BACKUP", Right::admin)
                 .starts_with("ERR bad-request column 1: BACKUP takes a directory"));
  BOOST_TEST(ask("BACKUP \"\"", Right::admin).starts_with("ERR bad-request"));
  BOOST_TEST(ask("BACKUP /a /b", Right::admin).starts_with("ERR bad-request"));
  BOOST_TEST(!directory);
  backup = Error{ErrorCode::invalid, "/mnt: it isn't empty"};
  BOOST_TEST(ask("BACKUP /mnt", Right::admin) == "ERR bad-request column 8: /mnt: it isn't empty");
  backup = Error{ErrorCode::limit, "another backup is running"};
  BOOST_TEST(ask("BACKUP /mnt", Right::admin).starts_with("ERR limit another backup is running"));
  context->back_up = {};
  BOOST_TEST(ask("BACKUP /mnt", Right::admin).starts_with("ERR unsupported"));
}

BOOST_AUTO_TEST_CASE(sources_are_selected_by_name) {
  BOOST_TEST(ask("SOURCES", Right::counts) == R"(OK {"sources":2,"files":2})");
  BOOST_TEST(rows.rows.size() == 4U);
  for (const char* const selected :
       {"source=caddy", "source=c*", "source!=nginx", "source=caddy,traefik", "source!=n*"}) {
    BOOST_TEST_CONTEXT(selected) {
      BOOST_TEST(ask(std::string("SOURCES ") + selected, Right::counts) ==
                 R"(OK {"sources":1,"files":1})");
      BOOST_TEST(rows.rows[1] == R"({"source":"caddy","file":"/a"})");
    }
  }
  BOOST_TEST(ask("SOURCES source=traefik", Right::counts) == R"(OK {"sources":0,"files":0})");
}

BOOST_AUTO_TEST_CASE(sources_that_cannot_be_had) {
  BOOST_TEST(
      ask("SOURCES", Right::counts, "", std::vector<std::string>{"A"}).starts_with("ERR denied"));
  BOOST_TEST(ask("SOURCES", Right::calls).starts_with("ERR denied"));
  busy = true;
  BOOST_TEST(ask("SOURCES", Right::counts).starts_with("ERR limit"));
  context->source_rows = {};
  BOOST_TEST(ask("SOURCES", Right::counts).starts_with("ERR unsupported"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace operating
}  // namespace fortnight::query
