#include "query/validate.h"

#include <boost/test/unit_test.hpp>

#include "tests/support/engine_under_test.h"
#include "tests/support/native_lines.h"

using namespace fortnight;

namespace validate_requests {

struct Fixture {
  Fixture() {
    tested.start(now);
    context.store = &tested.store();
    context.now = [this] { return now; };
  }
  // The error that validation finds; empty if there is none.
  std::string found(const std::string& request) const {
    const auto error = query::validate(context, query::RequestLine(request, access::everybody()));
    return error ? query::closing_line(*error) : std::string();
  }
  // The same of the answer.
  std::string answered(const std::string& request) const {
    const query::RequestLine line(request, access::everybody());
    const std::shared_ptr<const query::Context> unowned(std::shared_ptr<const query::Context>(),
                                                        &context);
    if (line.action() == query::Action::follow) {
      const auto started = query::Follow::start(unowned, line);
      return started.follow == nullptr ? started.error.line : std::string();
    }
    const auto answering = query::Answering::start(unowned, line);
    struct : query::Sink {
      bool row(std::string_view) override { return true; }
    } sink;
    BOOST_TEST((answering->run(sink, storage::Budget()) == query::Answering::State::ended));
    return answering->closing().error ? answering->closing().line : std::string();
  }

  TimeNs now = tests::utc("2026-11-20T12:00:00Z");
  tests::EngineUnderTest tested;
  query::Context context;
};

}  // namespace validate_requests

BOOST_FIXTURE_TEST_SUITE(validate_requests, Fixture)

BOOST_AUTO_TEST_CASE(a_wrong_request_has_the_error_of_its_answer) {
  for (const std::string request : {"LOGS stauts=1",
                                    "LOGS limit=0",
                                    "LOGS cursor=x",
                                    "LOGS order=sideways",
                                    "LOGS date=never",
                                    "ACTIVITY step=7x",
                                    "ACTIVITY by=nothing",
                                    "ACTIVITY quantiles=2",
                                    "TOP",
                                    "TOP by=x",
                                    "VALUES",
                                    "VALUES field=x",
                                    "ERRORS n=x",
                                    "ERRORS compare=x",
                                    "SHOW",
                                    "SHOW ref=x",
                                    "SHOW ref=1-1 limit=0",
                                    "JOB",
                                    "EXPORT fields=nothing",
                                    "EXPORT tz=Nowhere/Else",
                                    "REJECTS limit=0",
                                    "REJECTS cursor=x",
                                    "FIND",
                                    "FIND a limit=0",
                                    "TWIN",
                                    "TWIN ref=x",
                                    "HELP nonsense",
                                    "FOLLOW after=x",
                                    "FOLLOW limit=1",
                                    "EXPLAIN",
                                    "EXPLAIN STATUS",
                                    "EXPLAIN LOGS limit=0",
                                    "EXPLAIN EXPLAIN LOGS",
                                    "STATUS x=1",
                                    "NONSENSE",
                                    "AUTH x"}) {
    const std::string expected = answered(request);
    BOOST_TEST(expected.starts_with("ERR "), request << ": " << expected);
    BOOST_TEST(found(request) == expected);
  }
}

BOOST_AUTO_TEST_CASE(a_valid_request_has_none) {
  for (const std::string request : {"LOGS",
                                    "LOGS date=all",
                                    "ACTIVITY date=all by=endpoint",
                                    "TOP by=endpoint date=all",
                                    "VALUES field=account",
                                    "ERRORS compare=week",
                                    "ERRORS date=all compare=previous",
                                    "SHOW x",
                                    "JOB x",
                                    "EXPORT",
                                    "REJECTS",
                                    "FIND x",
                                    "TWIN ref=20777-1",
                                    "SHOW ref=20777-1",
                                    "HELP",
                                    "HELP LOGS",
                                    "FOLLOW",
                                    "FOLLOW status=500",
                                    "EXPLAIN LOGS",
                                    "EXPLAIN FOLLOW",
                                    "STATUS",
                                    "PING"}) {
    BOOST_TEST(answered(request) == "", request);
    BOOST_TEST(found(request) == "", request);
  }
}

BOOST_AUTO_TEST_SUITE_END()
