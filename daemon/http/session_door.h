// Answers requests about sign-ins and sessions on a thread of its own, since they compute hashes
// and wait for the disk.
#pragma once

#include <atomic>
#include <functional>
#include <string>
#include <string_view>

#include "access/registry.h"
#include "daemon/clock.h"
#include "daemon/http/reply.h"
#include "daemon/http/session_routes.h"
#include "daemon/worker_pool.h"

namespace fortnight::daemon {

// Thread-safe.
class SessionDoor {
 public:
  // Both must outlive it.
  SessionDoor(access::SignIn& sign_in, const Clock& clock)
      : sign_in_(sign_in), clock_(clock), worker_(1, "sign-in") {}

  // The answer to the request that asks who is signed in. `connected`: who it is without a session.
  Reply show(std::string_view cookie, const access::Identity& connected);
  // Answers any other request: calls `done` on another thread, or at once if too many wait. `peer`:
  // the client's address.
  void answer(SessionRequest request, std::string peer, std::function<void(Reply)> done);
  // Waits for all answers; later ones are refusals.
  void stop();

 private:
  // At 30 ms each, a client waits for half a second at most.
  static constexpr std::size_t kMaxWaiting = 16;

  Reply run(const SessionRequest& request, const std::string& peer);
  Reply end(const SessionRequest& request);
  Reply end_all(const SessionRequest& request, TimeNs now);
  Reply begin_enrolment(const SessionRequest& request, const std::string& peer, TimeNs now);
  // The answer to a step of a sign-in. `wrong`: what is said of a wrong password or code.
  Reply reply_of(const access::SignInResult<access::SignIn::Step>& result, const std::string& peer,
                 TimeNs now, std::string_view wrong = "the code is wrong, or was used before");

  access::SignIn& sign_in_;
  const Clock& clock_;
  std::atomic<std::size_t> waiting_{0};
  std::atomic<bool> stopped_{false};
  WorkerPool worker_;
};

}  // namespace fortnight::daemon
