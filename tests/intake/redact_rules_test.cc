#include "intake/redact_rules.h"

#include <boost/test/unit_test.hpp>
#include <memory>
#include <string>
#include <vector>

#include "storage/call/hashed_value.h"
#include "tests/intake/mapping.h"

namespace fortnight::intake {
namespace hashed_values {

const std::string kTime = R"({"ts":"2026-11-20T08:15:30Z",)";

struct Hashing {
  std::shared_ptr<const KeyedHash> hash =
      std::make_shared<const KeyedHash>(KeyedHash::with_random_key());

  MapperAtWork mapper(const std::vector<std::string>& keys,
                      const std::vector<std::string>& pointers, bool with_key = true) {
    config::Config config = config::default_config();
    config.redact.hash_keys = keys;
    config.redact.hash_pointers = pointers;
    config::Source source;
    source.name = "test";
    return MapperAtWork(mapper_settings(config, source, with_key ? hash : nullptr));
  }
  [[nodiscard]] std::string of(std::string_view value) const {
    return storage::hashed_value(*hash, value);
  }
};

}  // namespace hashed_values

BOOST_FIXTURE_TEST_SUITE(hashed_values, hashed_values::Hashing)

using hashed_values::kTime;

BOOST_AUTO_TEST_CASE(equal_values_stay_equal) {
  MapperAtWork work = mapper({"email", "user-id"}, {"/who/name"});
  for (int round = 0; round < 2; ++round) {
    const Seen seen = look(work.map(
        kTime + R"("email":"jo@shop.example","x":{"Email":"jo\u0040shop.example"},)"
                R"("user_id":42,"user-id":null,"who":{"name":["Jo","","Al"]},"other":"Jo"})"));
    BOOST_TEST(seen.line == kTime + R"("email":")" + of("jo@shop.example") + R"(","x":{"Email":")" +
                                of("jo@shop.example") + R"("},"user_id":")" + of("42") +
                                R"(","user-id":null,"who":{"name":[")" + of("Jo") + R"(","",")" +
                                of("Al") + R"("]},"other":"Jo"})");
  }
  BOOST_TEST(of("a") != of("b"));
  BOOST_TEST(storage::is_hashed_value(of("a")));
  BOOST_TEST(!storage::is_hashed_value("hash:a"));
}

BOOST_AUTO_TEST_CASE(an_account_or_id_may_be_a_hash_but_no_time) {
  MapperAtWork work = mapper({"account", "error_id", "ts"}, {});
  const Seen seen = look(work.map(kTime + R"("account":"Shop","ids":{"error_id":["e1","e2"]}})"));
  BOOST_TEST(seen.account == of("Shop"));
  BOOST_TEST(seen.ids == "error_id=" + of("e1") + " error_id=" + of("e2"));
  BOOST_TEST(seen.line.starts_with(kTime));
}

BOOST_AUTO_TEST_CASE(a_secret_name_goes_before_a_hashed_one) {
  MapperAtWork work = mapper({"password", "email"}, {});
  const Seen seen = look(work.map(kTime + R"("password":"p","email":"a@b.example"})"));
  BOOST_TEST(seen.line ==
             kTime + R"("password":"[redacted]","email":")" + of("a@b.example") + R"("})");
}

// Nothing that should be hashed stands in clear elsewhere.
BOOST_AUTO_TEST_CASE(such_values_within_texts_are_redacted) {
  MapperAtWork work = mapper({"email"}, {});
  const Seen seen = look(work.map(
      kTime +
      R"("path":"/u?email=jo@b.example&x=1","h":[{"name":"email","value":"jo@b.example"}]})"));
  BOOST_TEST(seen.line == kTime + R"("path":"/u?email=[redacted]&x=1","h":[{"name":"email",)"
                                  R"("value":"[redacted]"}]})");
}

BOOST_AUTO_TEST_CASE(without_a_key_they_are_redacted) {
  MapperAtWork work = mapper({"email"}, {"/who"}, false);
  const Seen seen = look(work.map(kTime + R"("email":"a@b.example","who":"Jo"})"));
  BOOST_TEST(seen.line == kTime + R"("email":"[redacted]","who":"[redacted]"})");
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace fortnight::intake
