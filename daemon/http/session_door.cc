#include "daemon/http/session_door.h"

#include <utility>

#include "access/qr_code.h"
#include "access/totp.h"
#include "base/civil_time.h"
#include "base/json_writer.h"
#include "daemon/http/cookies.h"
#include "daemon/log.h"

namespace fortnight::daemon {
namespace {

using access::SignIn;
using access::SignInRefusal;

void write_rights(const access::Identity& identity, JsonWriter& json) {
  json.key("rights").open_array();
  for (std::size_t i = 0; i < access::kRightNames.size(); ++i) {
    if (identity.may(static_cast<access::Right>(i))) json.text(access::kRightNames[i]);
  }
  json.close_array().key("accounts");
  if (!identity.accounts()) {
    json.null();
    return;
  }
  json.open_array();
  for (const std::string& account : *identity.accounts()) json.text(account);
  json.close_array();
}

// Members about a session, or about its absence.
void write_session(const access::Session* session, const SignIn& sign_in, TimeNs now,
                   JsonWriter& json) {
  json.key("required").boolean(sign_in.required());
  json.key("state").text(session == nullptr ? "signed-out" : access::name_of(session->stage));
  if (session == nullptr) return;
  json.key("name").text(session->name);
  if (session->identity == nullptr) return;
  write_rights(*session->identity, json);
  json.key("second_factor").boolean(session->factor);
  json.key("recovery_codes").number(sign_in.recovery_codes_of(session->name));
  json.key("fresh").boolean(session->fresh(now));
  std::string ends;
  append_rfc3339(session->ends(), 0, ends);
  json.key("ends").text(ends);
}

Reply json_reply(std::string text) {
  return text_reply(200, "application/json", std::move(text) + "\n");
}

// `wrong`: what is said of a wrong password or code.
Problem problem_of(const SignInRefusal& refusal, std::string_view wrong = {}) {
  switch (refusal.why) {
    case SignInRefusal::Why::wrong:
      return {401, "not-authenticated", std::string(wrong)};
    case SignInRefusal::Why::limited:
      return Problem(query::too_many_tries(refusal.wait));
    case SignInRefusal::Why::no_session:
      return {401, "no-session", "the session has ended: sign in again"};
    case SignInRefusal::Why::wrong_step:
      return {409, "wrong-step", "the sign-in is at another step"};
    case SignInRefusal::Why::not_fresh:
      return {403, "not-fresh", "this needs a sign-in within the last 10 minutes"};
    case SignInRefusal::Why::bad_password:
      return {400, "bad-password", refusal.message};
    case SignInRefusal::Why::failed:
      break;
  }
  return {500, "io", "what this needs can't be written: the daemon's log says why"};
}

// Tries that are refused unchecked aren't logged: there may be any number of them.
void log_refusal(const SignInRefusal& refusal, const std::string& peer) {
  if (refusal.why == SignInRefusal::Why::failed) {
    log_error("a sign-in failed", {{"error", refusal.message}});
  } else if (refusal.why == SignInRefusal::Why::wrong) {
    // An unknown name isn't logged: it may be a password.
    log_warning("a sign-in was refused",
                {{"person", refusal.person.empty() ? "unknown" : refusal.person}, {"peer", peer}});
  }
}

}  // namespace

Reply SessionDoor::show(std::string_view cookie, const access::Identity& connected) {
  const TimeNs now = clock_.now();
  const auto session = sign_in_.find(cookie, now);
  std::string text;
  JsonWriter json(text);
  json.open_object();
  write_session(session ? &*session : nullptr, sign_in_, now, json);
  if (!session) write_rights(connected, json);
  json.close_object();
  return json_reply(std::move(text));
}

void SessionDoor::answer(SessionRequest request, std::string peer,
                         std::function<void(Reply)> done) {
  if (waiting_.load() >= kMaxWaiting || stopped_.load()) {
    return done(problem_reply(Problem(query::too_busy("too many people sign in at once"))));
  }
  ++waiting_;
  worker_.post(
      [this, request = std::move(request), peer = std::move(peer), done = std::move(done)] {
        Reply reply = run(request, peer);
        --waiting_;
        done(std::move(reply));
      });
}

void SessionDoor::stop() {
  stopped_ = true;
  worker_.stop();
}

Reply SessionDoor::run(const SessionRequest& request, const std::string& peer) {
  const TimeNs now = clock_.now();
  switch (request.action) {
    case SessionAction::begin:
      return reply_of(sign_in_.give_password(request["name"], request["password"], peer, now), peer,
                      now, "the name or the password is wrong");
    case SessionAction::give_code:
      if (request.given.contains("code")) {
        return reply_of(sign_in_.give_code(request.cookie, request["code"], peer, now), peer, now);
      }
      return reply_of(
          sign_in_.give_recovery_code(request.cookie, request["recovery_code"], peer, now), peer,
          now);
    case SessionAction::set_password:
      return reply_of(sign_in_.set_password(request.cookie, request["password"], now), peer, now);
    case SessionAction::begin_enrolment:
      return begin_enrolment(request, peer, now);
    case SessionAction::confirm_enrolment:
      return reply_of(sign_in_.confirm_enrolment(request.cookie, request["code"], now), peer, now);
    case SessionAction::end_all:
      return end_all(request, now);
    case SessionAction::show:
    case SessionAction::end:
      break;
  }
  return end(request);
}

Reply SessionDoor::end(const SessionRequest& request) {
  sign_in_.sign_out(request.cookie);
  Reply reply;
  reply.status = 204;
  reply.headers.add("Set-Cookie", removing_cookie());
  return reply;
}

Reply SessionDoor::end_all(const SessionRequest& request, TimeNs now) {
  const auto ended = sign_in_.end_all(request.cookie, now);
  if (!ended) return problem_reply(problem_of(ended.error()));
  return end(request);
}

Reply SessionDoor::begin_enrolment(const SessionRequest& request, const std::string& peer,
                                   TimeNs now) {
  const auto session = sign_in_.find(request.cookie, now);
  const auto secret = sign_in_.begin_enrolment(request.cookie, now);
  if (!secret || !session) {
    const SignInRefusal refusal = secret ? SignInRefusal{} : secret.error();
    log_refusal(refusal, peer);
    return problem_reply(problem_of(refusal));
  }
  const std::string uri = access::totp_uri(session->name, *secret);
  std::string text;
  JsonWriter json(text);
  json.open_object().key("secret").text(*secret).key("uri").text(uri).key("qr").open_array();
  for (const std::string& row : access::qr_code(uri)) json.text(row);
  json.close_array().close_object();
  return json_reply(std::move(text));
}

Reply SessionDoor::reply_of(const access::SignInResult<SignIn::Step>& result,
                            const std::string& peer, TimeNs now, std::string_view wrong) {
  if (!result) {
    log_refusal(result.error(), peer);
    return problem_reply(problem_of(result.error(), wrong));
  }
  const SignIn::Step& step = *result;
  if (step.session.stage == access::Stage::signed_in) {
    log_info("a person has signed in", {{"person", step.session.name}, {"peer", peer}});
  }
  std::string text;
  JsonWriter json(text);
  json.open_object();
  write_session(&step.session, sign_in_, now, json);
  if (!step.recovery_codes.empty()) {
    json.key("new_recovery_codes").open_array();
    for (const std::string& code : step.recovery_codes) json.text(code);
    json.close_array();
  }
  json.close_object();
  Reply reply = json_reply(std::move(text));
  reply.headers.add("Set-Cookie", setting_cookie(step.secret));
  return reply;
}

}  // namespace fortnight::daemon
