// Sign-ins from the password to the session, and the mistakes that others made with them.
#include "access/sign_in.h"

#include <boost/test/unit_test.hpp>
#include <memory>

#include "access/registry.h"
#include "access/totp.h"
#include "base/ascii.h"
#include "tests/support/simulated_file_system.h"

namespace fortnight::access {
namespace sign_in {

constexpr TimeNs kNow = 1'795'000'020 * kNsPerSecond;
constexpr TimeNs kMinute = 60 * kNsPerSecond;
constexpr std::string_view kPassword = "correct horse battery";
constexpr std::string_view kPeer = "192.0.2.1";
using Why = SignInRefusal::Why;

struct Fixture {
  faults::SimulatedFileSystem files;
  bool required = true;
  std::unique_ptr<Registry> registry = std::make_unique<Registry>(files, true);
  TimeNs now = kNow;

  void restart() { registry = std::make_unique<Registry>(files, required); }
  SignIn& door() { return registry->sign_in(); }
  People& people() { return registry->people(); }

  std::string code(const std::string& secret, int apart = 0) const {
    return totp_code(secret, now / kTotpStep + apart);
  }
  Why why(const SignInResult<SignIn::Step>& result) {
    BOOST_REQUIRE(!result.has_value());
    return result.error().why;
  }
  // Adds a person, who sets a password and an authenticator app; returns its secret.
  std::string add(std::string_view name, Grant grant = {Rights::reading()}) {
    const auto made = people().add(name, std::move(grant), false, now);
    BOOST_REQUIRE(made.has_value());
    auto step = door().give_password(name, made->password, kPeer, now);
    BOOST_REQUIRE(step.has_value());
    BOOST_TEST((step->session.stage == Stage::new_password));
    step = door().set_password(step->secret, kPassword, now);
    BOOST_REQUIRE(step.has_value());
    const auto secret = door().begin_enrolment(step->secret, now);
    BOOST_REQUIRE(secret.has_value());
    const auto done = door().confirm_enrolment(step->secret, code(*secret, -1), now);
    BOOST_REQUIRE(done.has_value());
    BOOST_TEST((done->session.stage == Stage::signed_in));
    codes = done->recovery_codes;
    door().sign_out(done->secret);
    return *secret;
  }
  SignIn::Step password(std::string_view name, std::string_view peer = kPeer) {
    const auto step = door().give_password(name, kPassword, peer, now);
    BOOST_REQUIRE(step.has_value());
    return *step;
  }
  SignIn::Step signed_in(std::string_view name, const std::string& secret) {
    now += kTotpStep;
    const auto step = door().give_code(password(name).secret, code(secret), kPeer, now);
    BOOST_REQUIRE(step.has_value());
    return *step;
  }
  bool opens(const std::string& secret) {
    const auto session = door().find(secret, now);
    return session && session->identity != nullptr && session->identity->valid(now);
  }
  std::vector<std::string> codes;  // the recovery codes of the last that was added
};

}  // namespace sign_in

BOOST_FIXTURE_TEST_SUITE(sign_in, sign_in::Fixture)

using namespace sign_in;

BOOST_AUTO_TEST_CASE(a_new_person_replaces_the_password_and_sets_up_an_app) {
  const auto made = people().add("Jo", {Rights::reading(), {{"B", "A"}}}, false, now);
  BOOST_REQUIRE(made.has_value());
  auto step = door().give_password("JO", made->password, kPeer, now);
  BOOST_REQUIRE(step.has_value());
  BOOST_TEST((step->session.stage == Stage::new_password));
  BOOST_TEST(!opens(step->secret));
  for (const char* bad : {"", "short", "aaaaaaaaaaaaaaaa"}) {
    BOOST_TEST((why(door().set_password(step->secret, bad, now)) == Why::bad_password), bad);
  }
  BOOST_TEST((why(door().set_password(step->secret, made->password, now)) == Why::bad_password));
  BOOST_TEST((why(door().set_password(step->secret, std::string(257, 'a') + "b", now)) ==
              Why::bad_password));
  // No step can be left out.
  BOOST_TEST((door().begin_enrolment(step->secret, now).error().why == Why::wrong_step));
  BOOST_TEST((why(door().confirm_enrolment(step->secret, "000000", now)) == Why::wrong_step));
  BOOST_TEST((why(door().give_code(step->secret, "000000", kPeer, now)) == Why::wrong_step));
  const std::string before = step->secret;
  step = door().set_password(step->secret, kPassword, now);
  BOOST_REQUIRE(step.has_value());
  BOOST_TEST((step->session.stage == Stage::enrol));
  BOOST_TEST(step->secret != before);
  BOOST_TEST(!door().find(before, now).has_value());
  BOOST_TEST((why(door().confirm_enrolment(step->secret, "000000", now)) == Why::wrong_step));
  const auto secret = door().begin_enrolment(step->secret, now);
  BOOST_REQUIRE(secret.has_value());
  BOOST_TEST((why(door().confirm_enrolment(step->secret, "", now)) == Why::wrong));
  const auto done = door().confirm_enrolment(step->secret, code(*secret), now);
  BOOST_REQUIRE(done.has_value());
  BOOST_TEST(done->recovery_codes.size() == kRecoveryCodes);
  BOOST_TEST(opens(done->secret));
  const auto identity = door().find(done->secret, now)->identity;
  BOOST_TEST(identity->name() == "person jo");
  BOOST_TEST(identity->may(Right::bodies));
  BOOST_TEST((identity->accounts() == std::vector<std::string>{"A", "B"}));
  // The one-time password is gone.
  BOOST_TEST((why(door().give_password("jo", made->password, kPeer, now)) == Why::wrong));
}

BOOST_AUTO_TEST_CASE(a_session_needs_both_factors_and_lasts_through_no_restart) {
  const std::string secret = add("jo");
  restart();
  const SignIn::Step pending = password("jo");
  BOOST_TEST((pending.session.stage == Stage::factor));
  BOOST_TEST(!opens(pending.secret));
  const SignIn::Step step = signed_in("jo", secret);
  BOOST_TEST(opens(step.secret));
  // The cookie of the step before opens nothing.
  BOOST_TEST(step.secret != pending.secret);
  BOOST_TEST(!opens(pending.secret));
  BOOST_TEST(!opens(""));
  BOOST_TEST(people().find("jo")->used.value() == now);
  restart();
  BOOST_TEST(!opens(step.secret));
}

BOOST_AUTO_TEST_CASE(sessions_end_when_idle_and_after_twelve_hours) {
  const std::string secret = add("jo");
  SignIn::Step step = signed_in("jo", secret);
  const auto held = door().find(step.secret, now)->identity;
  now += kIdleTime - 1;
  BOOST_TEST(opens(step.secret));
  now += kIdleTime;
  // A stream that holds the identity ends too, without a request.
  BOOST_TEST(held->valid(now));
  BOOST_REQUIRE(registry->keep(now));
  BOOST_TEST(!held->valid(now));
  BOOST_TEST(!opens(step.secret));
  step = signed_in("jo", secret);
  const TimeNs begun = now;
  while (now + 20 * kMinute < begun + kMaxSessionTime) {
    now += 20 * kMinute;
    BOOST_REQUIRE(opens(step.secret));
  }
  now = begun + kMaxSessionTime;
  BOOST_TEST(!opens(step.secret));
}

BOOST_AUTO_TEST_CASE(a_sign_in_that_is_not_finished_ends_after_ten_minutes) {
  const std::string secret = add("jo");
  const SignIn::Step pending = password("jo");
  now += kPendingTime;
  BOOST_TEST((why(door().give_code(pending.secret, code(secret), kPeer, now)) == Why::no_session));
}

// Every answer and all work are the same for names that exist and names that don't.
BOOST_AUTO_TEST_CASE(enumeration_of_people) {
  add("jo");
  add("gone");
  BOOST_REQUIRE(people().set_disabled("gone", true));
  BOOST_REQUIRE(people().add("expired", {Rights::reading()}, false, now - kOneTimePasswordTime));
  int peer = 0;
  for (const char* name : {"jo", "gone", "expired", "nobody", "", "a b", "\xff", "JO"}) {
    const std::uint64_t before = registry->hashes_computed();
    const auto refused =
        door().give_password(name, "wrong password", "198.51.100." + std::to_string(++peer), now);
    BOOST_TEST((why(refused) == Why::wrong), name);
    BOOST_TEST(refused.error().message == "", name);
    BOOST_TEST(registry->hashes_computed() - before == 1U, name);
  }
  // Also with the right password of a disabled person.
  const std::uint64_t before = registry->hashes_computed();
  BOOST_TEST((why(door().give_password("gone", kPassword, "203.0.113.1", now)) == Why::wrong));
  BOOST_TEST(registry->hashes_computed() - before == 1U);
  // And when they are locked.
  for (const char* name : {"jo", "nobody"}) {
    for (int i = 0; i < 6; ++i) {
      (void)door().give_password(name, "wrong", "203.0.113." + std::to_string(i), now);
    }
    const std::uint64_t locked = registry->hashes_computed();
    BOOST_TEST((why(door().give_password(name, kPassword, "203.0.113.9", now)) == Why::limited));
    BOOST_TEST(registry->hashes_computed() == locked, name);
  }
}

BOOST_AUTO_TEST_CASE(a_right_password_is_not_accepted_while_locked) {
  add("jo");
  for (int i = 0; i < 5; ++i) {
    BOOST_TEST((why(door().give_password("jo", "wrong", "198.51.100." + std::to_string(i), now)) ==
                Why::wrong));
  }
  const auto refused = door().give_password("jo", kPassword, kPeer, now);
  BOOST_TEST((why(refused) == Why::limited));
  BOOST_TEST(refused.error().wait == kTryPeriod);
  restart();
  BOOST_TEST((why(door().give_password("jo", kPassword, kPeer, now)) == Why::limited));
  now += kTryPeriod;
  BOOST_TEST(door().give_password("jo", kPassword, kPeer, now).has_value());
}

// Codes, recovery codes and passwords count together, in however many sign-ins.
BOOST_AUTO_TEST_CASE(totp_tried_without_limit_through_a_second_door) {
  const std::string secret = add("jo");
  const SignIn::Step one = password("jo", "198.51.100.1");
  const SignIn::Step two = password("jo", "198.51.100.2");
  BOOST_TEST((why(door().give_code(one.secret, "000000", "198.51.100.3", now)) == Why::wrong));
  BOOST_TEST((why(door().give_code(two.secret, "000001", "198.51.100.4", now)) == Why::wrong));
  BOOST_TEST((why(door().give_recovery_code(two.secret, "x", "198.51.100.5", now)) == Why::wrong));
  BOOST_TEST((why(door().give_password("jo", "wrong", "198.51.100.6", now)) == Why::wrong));
  BOOST_TEST((why(door().give_code(one.secret, "000002", "198.51.100.7", now)) == Why::wrong));
  for (const std::string& pending : {one.secret, two.secret}) {
    BOOST_TEST((why(door().give_code(pending, code(secret), "198.51.100.8", now)) == Why::limited));
    BOOST_TEST(
        (why(door().give_recovery_code(pending, codes[0], "198.51.100.8", now)) == Why::limited));
  }
  // The confirmation of a new app is no second door: it knows nothing of the old one.
  BOOST_TEST((why(door().confirm_enrolment(one.secret, code(secret), now)) == Why::wrong_step));
}

BOOST_AUTO_TEST_CASE(a_totp_code_used_twice) {
  const std::string secret = add("jo");
  now += kTotpStep;
  const SignIn::Step one = password("jo");
  const SignIn::Step two = password("jo");
  const std::string used = code(secret);
  BOOST_TEST(door().give_code(one.secret, used, kPeer, now).has_value());
  BOOST_TEST((why(door().give_code(two.secret, used, kPeer, now)) == Why::wrong));
  // Nor after a crash.
  const auto after = files.crashed(faults::Loss::everything, 1);
  Registry restarted(*after, true);
  const auto again = restarted.sign_in().give_password("jo", kPassword, kPeer, now);
  BOOST_REQUIRE(again.has_value());
  BOOST_TEST((why(restarted.sign_in().give_code(again->secret, used, kPeer, now)) == Why::wrong));
}

BOOST_AUTO_TEST_CASE(a_code_that_cannot_be_noted_as_used_is_not_accepted) {
  const std::string secret = add("jo");
  now += kTotpStep;
  const SignIn::Step pending = password("jo");
  files.before_each([](std::uint64_t, faults::Operation operation,
                       const std::string& path) -> std::optional<faults::Fault> {
    const bool renames = operation == faults::Operation::rename;
    if (renames && path.find("tries") == std::string::npos) return faults::Fault{};
    return std::nullopt;
  });
  BOOST_TEST((why(door().give_code(pending.secret, code(secret), kPeer, now)) == Why::failed));
  files.before_each({});
  BOOST_TEST(!opens(pending.secret));
}

BOOST_AUTO_TEST_CASE(each_recovery_code_signs_in_once) {
  add("jo");
  BOOST_TEST(codes.size() == 10U);
  std::string spaced = upper(codes[3]);
  std::replace(spaced.begin(), spaced.end(), '-', ' ');
  std::replace(spaced.begin(), spaced.end(), '0', 'O');
  std::replace(spaced.begin(), spaced.end(), '1', 'l');
  const auto step = door().give_recovery_code(password("jo").secret, spaced, kPeer, now);
  BOOST_REQUIRE(step.has_value());
  BOOST_TEST(opens(step->secret));
  BOOST_TEST(door().recovery_codes_of("jo") == 9U);
  restart();
  BOOST_TEST(
      (why(door().give_recovery_code(password("jo").secret, codes[3], kPeer, now)) == Why::wrong));
  BOOST_TEST((why(door().give_recovery_code(password("jo").secret, "", kPeer, now)) == Why::wrong));
  BOOST_TEST(door().give_recovery_code(password("jo").secret, codes[4], kPeer, now).has_value());
}

BOOST_AUTO_TEST_CASE(recovery_codes_of_another_user) {
  add("flo");
  const std::vector<std::string> of_flo = codes;
  add("jo");
  BOOST_TEST(
      (why(door().give_recovery_code(password("jo").secret, of_flo[0], kPeer, now)) == Why::wrong));
  BOOST_TEST(door().recovery_codes_of("flo") == kRecoveryCodes);
  BOOST_TEST(door().give_recovery_code(password("flo").secret, of_flo[0], kPeer, now).has_value());
}

BOOST_AUTO_TEST_CASE(enrolment_without_fresh_login) {
  const std::string secret = add("jo");
  const SignIn::Step pending = password("jo");
  // Before the second factor there is no enrolment, so a stolen password gets no new app.
  BOOST_TEST((door().begin_enrolment(pending.secret, now).error().why == Why::wrong_step));
  SignIn::Step step = signed_in("jo", secret);
  now += kFreshTime;
  BOOST_TEST(door().begin_enrolment(step.secret, now).has_value());
  now += 1;
  BOOST_TEST((door().begin_enrolment(step.secret, now).error().why == Why::not_fresh));
  // An enrolment that began in time ends with it.
  BOOST_TEST((why(door().confirm_enrolment(step.secret, "000000", now)) == Why::not_fresh));
  step = signed_in("jo", secret);
  const SignIn::Step other = signed_in("jo", secret);
  const auto next = door().begin_enrolment(step.secret, now);
  BOOST_REQUIRE(next.has_value());
  // The old app stays until the new one is confirmed, and confirms nothing.
  BOOST_TEST((why(door().confirm_enrolment(step.secret, code(secret), now)) == Why::wrong));
  const auto done = door().confirm_enrolment(step.secret, code(*next), now);
  BOOST_REQUIRE(done.has_value());
  BOOST_TEST(opens(done->secret));
  BOOST_TEST(!opens(step.secret));
  BOOST_TEST(!opens(other.secret));
  now += kTotpStep;
  BOOST_TEST(
      (why(door().give_code(password("jo").secret, code(secret), kPeer, now)) == Why::wrong));
  BOOST_TEST(door().give_code(password("jo").secret, code(*next), kPeer, now).has_value());
}

BOOST_AUTO_TEST_CASE(what_an_admin_changes_ends_sessions) {
  const std::string secret = add("jo");
  const std::string of_flo = add("flo");
  const SignIn::Step flo = signed_in("flo", of_flo);
  using Change = std::function<bool()>;
  const Change changes[] = {
      [&] { return people().reset_password("jo", now).has_value(); },
      [&] { return people().reset_totp("jo", false).has_value(); },
      [&] { return people().set_disabled("jo", true).has_value(); },
      [&] { return people().remove("jo").has_value(); },
  };
  for (const Change& change : changes) {
    (void)people().remove("jo");
    const std::string own = add("jo");
    const SignIn::Step step = signed_in("jo", own);
    const auto held = door().find(step.secret, now)->identity;
    const SignIn::Step pending = password("jo");
    BOOST_TEST(registry->sessions_of("jo") == 1U);
    BOOST_REQUIRE(change());
    BOOST_TEST(!held->valid(now));
    BOOST_TEST(!opens(step.secret));
    BOOST_TEST(
        (why(door().give_code(pending.secret, code(own, 1), kPeer, now)) == Why::no_session));
    BOOST_TEST(registry->sessions_of("jo") == 0U);
    BOOST_TEST(opens(flo.secret));
  }
}

BOOST_AUTO_TEST_CASE(end_all_ends_those_of_one_person) {
  const std::string of_jo = add("jo");
  const std::string of_flo = add("flo");
  const SignIn::Step one = signed_in("jo", of_jo);
  const SignIn::Step two = signed_in("jo", of_jo);
  const SignIn::Step flo = signed_in("flo", of_flo);
  BOOST_TEST((door().end_all(password("jo").secret, now).error().why == Why::wrong_step));
  BOOST_REQUIRE(door().end_all(one.secret, now).has_value());
  BOOST_TEST(!opens(one.secret));
  BOOST_TEST(!opens(two.secret));
  BOOST_TEST(opens(flo.secret));
  BOOST_TEST((door().end_all(one.secret, now).error().why == Why::no_session));
}

BOOST_AUTO_TEST_CASE(a_person_has_twenty_sessions) {
  const std::string secret = add("jo");
  std::vector<std::string> secrets;
  for (int i = 0; i < 25; ++i) secrets.push_back(signed_in("jo", secret).secret);
  BOOST_TEST(registry->sessions_of("jo") == kMaxSessions);
  BOOST_TEST(!opens(secrets[0]));
  BOOST_TEST(opens(secrets[24]));
}

BOOST_AUTO_TEST_CASE(without_a_second_factor_there_are_no_bodies) {
  required = false;
  restart();
  const auto made = people().add("jo", {Rights::reading()}, false, now);
  auto step = door().give_password("jo", made->password, kPeer, now);
  step = door().set_password(step->secret, kPassword, now);
  BOOST_REQUIRE(step.has_value());
  BOOST_TEST((step->session.stage == Stage::signed_in));
  const auto identity = door().find(step->secret, now)->identity;
  BOOST_TEST(identity->may(Right::calls));
  BOOST_TEST(!identity->may(Right::bodies));
  const auto secret = door().begin_enrolment(step->secret, now);
  const auto done = door().confirm_enrolment(step->secret, code(*secret), now);
  BOOST_REQUIRE(done.has_value());
  BOOST_TEST(door().find(done->secret, now)->identity->may(Right::bodies));
  BOOST_TEST(!identity->valid(now));
}

BOOST_AUTO_TEST_CASE(an_app_that_an_admin_made_is_used_at_once) {
  const auto made = people().add("jo", {Rights::reading()}, true, now);
  BOOST_REQUIRE(made.has_value());
  BOOST_TEST(made->recovery_codes.size() == kRecoveryCodes);
  auto step = door().give_password("jo", made->password, kPeer, now);
  BOOST_TEST((step->session.stage == Stage::factor));
  step = door().give_code(step->secret, code(made->totp_secret), kPeer, now);
  BOOST_TEST((step->session.stage == Stage::new_password));
  step = door().set_password(step->secret, kPassword, now);
  BOOST_TEST(opens(step->secret));
}

BOOST_AUTO_TEST_CASE(a_wrong_token_counts_for_its_address_only_and_a_right_one_passes) {
  const std::string token = registry->tokens().issue({"ci", {Rights::reading()}, {}}, now).value();
  for (int i = 0; i < 5; ++i) {
    const auto owner = registry->find_token("wrong", kPeer, now);
    BOOST_TEST(owner.identity == nullptr);
    BOOST_TEST(owner.wait == 0);
  }
  BOOST_TEST(registry->find_token("wrong", kPeer, now).wait == kTryPeriod);
  BOOST_TEST(registry->find_token("wrong", "192.0.2.2", now).wait == 0);
  BOOST_TEST(registry->find_token(token, kPeer, now).identity != nullptr);
  // Nobody is counted over the unix socket.
  for (int i = 0; i < 100; ++i) BOOST_TEST(registry->find_token("wrong", "", now).wait == 0);
  BOOST_REQUIRE(registry->keep(now));
  restart();
  BOOST_TEST(registry->find_token("wrong", kPeer, now).wait == kTryPeriod);
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace fortnight::access
