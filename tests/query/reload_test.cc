// RELOAD: its answers, and who may ask for it.
#include <boost/test/unit_test.hpp>
#include <optional>
#include <string>

#include "query/service.h"
#include "query/vocabulary.h"

namespace fortnight::query {
namespace reloading {

class NoRows final : public Sink {
 public:
  bool row(std::string_view) override { return true; }
};

struct Fixture {
  Fixture() {
    context.now = [] { return TimeNs{0}; };
  }
  std::string ask(access::Reader reader) {
    NoRows rows;
    const auto answering = Answering::start({std::shared_ptr<const Context>(), &context},
                                            RequestLine("RELOAD", std::move(reader)));
    BOOST_REQUIRE(answering->run(rows, {}) == Answering::State::ended);
    return answering->closing().line;
  }
  static access::Reader admin() {
    return std::make_shared<const access::Identity>("local root", access::Rights::all());
  }
  Context context;
};

}  // namespace reloading

BOOST_FIXTURE_TEST_SUITE(reload, reloading::Fixture)

BOOST_AUTO_TEST_CASE(says_what_waits_for_a_restart) {
  Reloaded reloaded;
  context.reload = [&] { return Result<Reloaded>(reloaded); };
  BOOST_TEST(ask(admin()) == "OK {}");
  reloaded.waits_for_restart = "query, limits";
  BOOST_TEST(ask(admin()) == R"(OK {"waits_for_restart":"query, limits"})");
}

BOOST_AUTO_TEST_CASE(says_why_nothing_has_changed) {
  context.reload = [] {
    return Result<Reloaded>(Error{ErrorCode::invalid, "f.yaml:3: unknown key\nf.yaml:4: another"});
  };
  BOOST_TEST(ask(admin()) == "ERR bad-configuration f.yaml:3: unknown key f.yaml:4: another");
  context.reload = [] { return Result<Reloaded>(io_error("can't listen on 127.0.0.1:1")); };
  BOOST_TEST(ask(admin()) == "ERR bad-configuration can't listen on 127.0.0.1:1");
  context.reload = [] { return Result<Reloaded>(Error{ErrorCode::cancelled, "it ends"}); };
  BOOST_TEST(ask(admin()) == "ERR cancelled it ends");
  context.reload = {};
  BOOST_TEST(ask(admin()).starts_with("ERR unsupported"));
}

BOOST_AUTO_TEST_CASE(is_for_admins) {
  bool asked = false;
  context.reload = [&] {
    asked = true;
    return Result<Reloaded>(Reloaded());
  };
  BOOST_TEST(ask(access::everybody()).starts_with("ERR denied"));
  BOOST_TEST(ask(access::nobody()).starts_with("ERR not-authenticated"));
  BOOST_TEST(!asked);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::query
