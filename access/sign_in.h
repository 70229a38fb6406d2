// How a person becomes a session, step by step. access/sessions.h has the steps.
//
//   name, password ─> [code or recovery code] ─> [new password] ─> [authenticator app] ─> session
//      limited               limited
//
// - A person with an authenticator app must use it before anything else is possible.
// - A password that an admin made must be replaced.
// - With `required`, a person without an authenticator app must set one up. Otherwise a session
//   without one has no right to bodies.
// - An authenticator app is set up within minutes of the sign-in only.
//
// Wrong names, wrong passwords, expired ones and disabled people get the same refusal after the
// same work.
#pragma once

#include <boost/system/result.hpp>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "access/identity.h"
#include "access/limiter.h"
#include "access/people.h"
#include "access/sessions.h"

namespace fortnight::access {

struct SignInRefusal {
  enum class Why : std::uint8_t {
    wrong,         // name, password or code
    limited,       // too many wrong tries: `wait`
    no_session,    // there is no sign-in or session, or it has ended
    wrong_step,    // the sign-in is at another step
    not_fresh,     // the sign-in is too old for this
    bad_password,  // it can't be a password: `message`
    failed,        // the disk: `message`
  };
  Why why = Why::wrong;
  std::string message = {};
  TimeNs wait = 0;
  std::string person = {};  // whose sign-in it was, if there is such a person; for the log
};
[[noreturn]] void throw_exception_from_error(const SignInRefusal& refusal,
                                             const boost::source_location&);
template <typename T>
using SignInResult = boost::system::result<T, SignInRefusal>;

// Thread-safe. Functions that return a SignInResult compute hashes and wait for the disk.
class SignIn {
 public:
  // `required`: everybody needs an identity to read. All others must outlive it.
  SignIn(People& people, PasswordHasher& hasher, Sessions& sessions, Limiter& limiter,
         bool required)
      : people_(people),
        hasher_(hasher),
        sessions_(sessions),
        limiter_(limiter),
        required_(required) {}

  struct Step {
    std::string secret;  // of the cookie
    Session session;
    std::vector<std::string> recovery_codes = {};  // new ones, shown once
  };
  // `peer`: the client's address, without a port.
  SignInResult<Step> give_password(std::string_view name, std::string_view password,
                                   std::string_view peer, TimeNs now);
  // `secret` is the cookie's, here and below.
  SignInResult<Step> give_code(std::string_view secret, std::string_view code,
                               std::string_view peer, TimeNs now);
  SignInResult<Step> give_recovery_code(std::string_view secret, std::string_view code,
                                        std::string_view peer, TimeNs now);
  SignInResult<Step> set_password(std::string_view secret, std::string_view password, TimeNs now);
  // Returns the secret of a new authenticator app, which replaces the old one once it is confirmed.
  SignInResult<std::string> begin_enrolment(std::string_view secret, TimeNs now);
  // Confirms that the app has the secret. Its codes aren't limited: they prove nothing but that.
  SignInResult<Step> confirm_enrolment(std::string_view secret, std::string_view code, TimeNs now);

  // The session, or a sign-in that has begun.
  std::optional<Session> find(std::string_view secret, TimeNs now) {
    return sessions_.find(secret, now);
  }
  void sign_out(std::string_view secret) { sessions_.end(secret); }
  // Ends all sessions of the person who has this one.
  SignInResult<void> end_all(std::string_view secret, TimeNs now);
  [[nodiscard]] bool required() const { return required_; }
  // How many recovery codes the person has.
  [[nodiscard]] std::size_t recovery_codes_of(std::string_view name) const;

 private:
  struct Known {
    Session session;
    Person person;
  };
  // The session at that step, and the person as it knows him.
  SignInResult<Known> known(std::string_view secret, TimeNs now);
  SignInResult<Known> known(std::string_view secret, Stage stage, TimeNs now);
  SignInResult<Known> may_enrol(std::string_view secret, TimeNs now);
  SignInResult<Limiter::Try> count_try(std::string_view name, std::string_view peer, TimeNs now);
  using UseCode = std::function<Result<void>(const Person&)>;
  SignInResult<Step> give_factor(std::string_view secret, std::string_view peer, TimeNs now,
                                 const UseCode& use);
  // Sets the stage that comes next, and the identity if it is the last.
  void advance(Session& session, const Person& person) const;
  // Replaces the session by its next step.
  SignInResult<Step> next(std::string_view secret, Session session, const Person& person);

  People& people_;
  PasswordHasher& hasher_;
  Sessions& sessions_;
  Limiter& limiter_;
  const bool required_;
};

}  // namespace fortnight::access
