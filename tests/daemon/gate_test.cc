// Who a connection's other end is: by the names in its certificate.
#include "daemon/gate.h"

#include <boost/asio/io_context.hpp>
#include <boost/test/unit_test.hpp>

#include "tests/support/simulated_file_system.h"

namespace fortnight::daemon {
BOOST_AUTO_TEST_SUITE(gate)

struct Fixture {
  faults::SimulatedFileSystem files;
  access::Registry registry{files, false};
  std::unique_ptr<Clock> clock = system_clock();
  boost::asio::io_context loop;
  config::Access config;

  access::Reader who(std::vector<CertificateName> names, TimeNs not_after = kMaxTime) {
    const auto gate = Gate::make(config, registry, *clock);
    BOOST_REQUIRE(gate);
    const Stream stream(std::make_shared<TlsStream>(StreamSocket(loop), nullptr,
                                                    PeerCertificate{std::move(names), not_after}));
    return gate->who_connected(stream);
  }
};

using Kind = CertificateName::Kind;

BOOST_FIXTURE_TEST_CASE(the_first_configured_name_counts, Fixture) {
  config.required = true;
  config.certificates = {{"A.example", {"counts", "calls"}, std::vector<std::string>{"B", "A"}},
                         {"b.example", {"bodies"}, std::nullopt}};
  const auto both = who({{Kind::dns, "b.example"}, {Kind::dns, "a.example"}}, 1000);
  BOOST_TEST(both->name() == "certificate A.example");
  BOOST_TEST((both->rights() == access::Rights{access::Right::counts, access::Right::calls}));
  BOOST_TEST((both->accounts() == std::vector<std::string>{"A", "B"}));
  BOOST_TEST(both->valid(999));
  BOOST_TEST(!both->valid(1000));
  BOOST_TEST(!who({{Kind::dns, "b.example"}})->accounts());
}

BOOST_FIXTURE_TEST_CASE(other_names_are_nobodys, Fixture) {
  config.required = true;
  config.certificates = {{"a.example", {"counts"}, std::nullopt},
                         {"jo@a.example", {"counts"}, std::nullopt}};
  using Names = std::vector<CertificateName>;
  for (const Names& names :
       {Names{}, Names{{Kind::dns, "b.a.example"}}, Names{{Kind::dns, "*.example"}},
        Names{{Kind::uri, "a.example"}}, Names{{Kind::email, "a.example"}},
        Names{{Kind::email, "JO@a.example"}}, Names{{Kind::dns, "jo@a.example"}},
        Names{{Kind::dns, std::string("a.example\0.b", 12)}}}) {
    BOOST_TEST(who(names)->name() == "nobody");
  }
  config.required = false;
  BOOST_TEST(who({{Kind::dns, "b.example"}})->name() == "everybody");
}

BOOST_FIXTURE_TEST_CASE(an_unknown_right_is_an_error, Fixture) {
  config.certificates = {{"a.example", {"everything"}, std::nullopt}};
  BOOST_TEST(!Gate::make(config, registry, *clock));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::daemon
