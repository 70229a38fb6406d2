#include "access/sign_in.h"

#include <stdexcept>
#include <utility>

#include "access/totp.h"
#include "base/ascii.h"
#include "base/ip_address.h"

namespace fortnight::access {
namespace {

using Why = SignInRefusal::Why;

SignInRefusal refusal(Why why, std::string_view person = {}) {
  return {why, {}, 0, std::string(person)};
}

// A person who was removed or changed meanwhile has no session any more.
SignInRefusal refusal_of(const Error& error, std::string_view person) {
  if (error.code == ErrorCode::not_found) return refusal(Why::no_session, person);
  return {Why::failed, error.message, 0, std::string(person)};
}

std::string without_spaces(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c != ' ') out += c;
  }
  return out;
}

}  // namespace

void throw_exception_from_error(const SignInRefusal& refusal, const boost::source_location&) {
  throw std::runtime_error("a sign-in was refused: " + refusal.message);
}

SignInResult<Limiter::Try> SignIn::count_try(std::string_view name, std::string_view peer,
                                             TimeNs now) {
  const std::string address = network_of(peer);
  std::vector<Limiter::Subject> subjects = {{Limiter::Kind::name, name}};
  if (!address.empty()) subjects.push_back({Limiter::Kind::peer, address});
  const Limiter::Admission admission = limiter_.begin(subjects, now);
  if (!admission.counted) return SignInRefusal{Why::limited, {}, admission.wait};
  // A restart during the check must not forget the try.
  if (const auto kept = limiter_.keep(now); !kept) return refusal_of(kept.error(), {});
  return *admission.counted;
}

SignInResult<SignIn::Step> SignIn::give_password(std::string_view name, std::string_view password,
                                                 std::string_view peer, TimeNs now) {
  const std::string stored_name = person_name(name).value_or(lower(name));
  FORTNIGHT_ASSIGN(const Limiter::Try counted, count_try(stored_name, peer, now));
  const std::optional<Person> person = people_.find(stored_name);
  const bool right = hasher_.verify(person ? person->password : "", password);
  if (!person) return refusal(Why::wrong);
  const bool open = !person->disabled && (!person->one_time_until || now < *person->one_time_until);
  if (!right || !open) return refusal(Why::wrong, person->name);
  limiter_.take_back(counted);
  Session session;
  session.name = person->name;
  session.generation = person->generation;
  session.begun = session.used = now;
  advance(session, *person);
  if (session.stage == Stage::signed_in) {
    const auto noted = people_.note_sign_in(*person, now);
    if (!noted) return refusal_of(noted.error(), person->name);
  }
  Step step{sessions_.open(session), session};
  // An admin who has changed the person meanwhile has ended the sessions that there were.
  const auto unchanged = people_.find(person->name);
  if (!unchanged || unchanged->generation != person->generation) {
    sessions_.end(step.secret);
    return refusal(Why::wrong, person->name);
  }
  return step;
}

void SignIn::advance(Session& session, const Person& person) const {
  session.stage = person.has_factor() && !session.factor ? Stage::factor
                  : person.one_time_until                ? Stage::new_password
                  : !person.has_factor() && required_    ? Stage::enrol
                                                         : Stage::signed_in;
  if (session.stage != Stage::signed_in) return;
  Rights rights;
  // Without a second factor, nobody sees or changes more.
  for (const Right right : {Right::counts, Right::calls}) {
    if (person.grant.rights.has(right)) rights.add(right);
  }
  if (session.factor) rights = person.grant.rights;
  session.identity = std::make_shared<const Identity>("person " + person.name, rights,
                                                      person.grant.accounts, session.ends());
}

SignInResult<SignIn::Known> SignIn::known(std::string_view secret, TimeNs now) {
  std::optional<Session> session = sessions_.find(secret, now);
  if (!session) return refusal(Why::no_session);
  std::optional<Person> person = people_.find(session->name);
  if (!person || person->generation != session->generation) {
    sessions_.end(secret);
    return refusal(Why::no_session);
  }
  return Known{*std::move(session), *std::move(person)};
}

SignInResult<SignIn::Known> SignIn::known(std::string_view secret, Stage stage, TimeNs now) {
  FORTNIGHT_ASSIGN(Known found, known(secret, now));
  if (found.session.stage != stage) return refusal(Why::wrong_step, found.person.name);
  return found;
}

SignInResult<SignIn::Step> SignIn::next(std::string_view secret, Session session,
                                        const Person& person) {
  session.new_secret.clear();
  advance(session, person);
  std::string renewed = sessions_.renew(secret, session);
  if (renewed.empty()) return refusal(Why::no_session, person.name);
  return Step{std::move(renewed), std::move(session)};
}

SignInResult<SignIn::Step> SignIn::give_factor(std::string_view secret, std::string_view peer,
                                               TimeNs now, const UseCode& use) {
  FORTNIGHT_ASSIGN(Known found, known(secret, Stage::factor, now));
  FORTNIGHT_ASSIGN(const Limiter::Try counted, count_try(found.person.name, peer, now));
  if (const auto used = use(found.person); !used) {
    const bool wrong = used.error().code == ErrorCode::invalid;
    return wrong ? refusal(Why::wrong, found.person.name)
                 : refusal_of(used.error(), found.person.name);
  }
  limiter_.take_back(counted);
  found.session.factor = true;
  return next(secret, std::move(found.session), found.person);
}

SignInResult<SignIn::Step> SignIn::give_code(std::string_view secret, std::string_view code,
                                             std::string_view peer, TimeNs now) {
  return give_factor(secret, peer, now, [&](const Person& person) -> Result<void> {
    const auto step = totp_step(person.totp_secret, without_spaces(code), now, person.totp_step);
    if (!step) return Error{ErrorCode::invalid, "the code is wrong"};
    return people_.use_step(person, *step, now);
  });
}

SignInResult<SignIn::Step> SignIn::give_recovery_code(std::string_view secret,
                                                      std::string_view code, std::string_view peer,
                                                      TimeNs now) {
  return give_factor(secret, peer, now, [&](const Person& person) {
    return people_.use_recovery_code(person, code, now);
  });
}

SignInResult<SignIn::Step> SignIn::set_password(std::string_view secret, std::string_view password,
                                                TimeNs now) {
  FORTNIGHT_ASSIGN(Known found, known(secret, Stage::new_password, now));
  std::string problem = problem_of_password(password, found.person.name);
  if (problem.empty() && hasher_.verify(found.person.password, password)) {
    problem = "the new password is the old one";
  }
  if (!problem.empty()) return SignInRefusal{Why::bad_password, std::move(problem)};
  const auto changed = people_.set_password(found.person, password);
  if (!changed) return refusal_of(changed.error(), found.person.name);
  sessions_.end_all_of(found.person.name, secret);
  found.session.generation = found.person.generation = *changed;
  found.person.one_time_until.reset();
  return next(secret, std::move(found.session), found.person);
}

SignInResult<SignIn::Known> SignIn::may_enrol(std::string_view secret, TimeNs now) {
  FORTNIGHT_ASSIGN(Known found, known(secret, now));
  const Stage stage = found.session.stage;
  if (stage != Stage::enrol && stage != Stage::signed_in) {
    return refusal(Why::wrong_step, found.person.name);
  }
  if (!found.session.fresh(now)) return refusal(Why::not_fresh, found.person.name);
  return found;
}

SignInResult<std::string> SignIn::begin_enrolment(std::string_view secret, TimeNs now) {
  FORTNIGHT_ASSIGN(const Known found, may_enrol(secret, now));
  std::string new_secret = make_totp_secret();
  sessions_.set_new_secret(secret, new_secret);
  return new_secret;
}

SignInResult<SignIn::Step> SignIn::confirm_enrolment(std::string_view secret, std::string_view code,
                                                     TimeNs now) {
  FORTNIGHT_ASSIGN(Known found, may_enrol(secret, now));
  if (found.session.new_secret.empty()) return refusal(Why::wrong_step, found.person.name);
  const auto step = totp_step(found.session.new_secret, without_spaces(code), now, 0);
  if (!step) return refusal(Why::wrong, found.person.name);
  auto enrolled = people_.enrol(found.person, found.session.new_secret, *step);
  if (!enrolled) return refusal_of(enrolled.error(), found.person.name);
  sessions_.end_all_of(found.person.name, secret);
  found.person.totp_secret = found.session.new_secret;
  found.session.generation = found.person.generation = enrolled->generation;
  found.session.factor = true;
  FORTNIGHT_ASSIGN(Step done, next(secret, std::move(found.session), found.person));
  done.recovery_codes = std::move(enrolled->recovery_codes);
  return done;
}

SignInResult<void> SignIn::end_all(std::string_view secret, TimeNs now) {
  FORTNIGHT_ASSIGN(const Known found, known(secret, Stage::signed_in, now));
  sessions_.end_all_of(found.person.name);
  return {};
}

std::size_t SignIn::recovery_codes_of(std::string_view name) const {
  const auto person = people_.find(name);
  return person ? person->recovery_codes.size() : 0;
}

}  // namespace fortnight::access
