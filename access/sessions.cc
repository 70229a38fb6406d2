#include "access/sessions.h"

#include <algorithm>

namespace fortnight::access {
namespace {

constexpr std::size_t kSessionSecret = 52;  // 260 bits

}  // namespace

std::string_view name_of(Stage stage) {
  constexpr std::string_view kNames[] = {"factor", "new-password", "enrol", "signed-in"};
  return kNames[static_cast<std::size_t>(stage)];
}

bool Sessions::over(const Session& session, TimeNs now) {
  const bool set_back = session.used - now >= kIdleTime;  // the clock
  return now >= session.ends() || now - session.used >= kIdleTime || set_back;
}

Sessions::ByDigest::iterator Sessions::erase(ByDigest::iterator at) {
  if (at->second.identity != nullptr) at->second.identity->end();
  return by_digest_.erase(at);
}

void Sessions::end_if(const std::function<bool(const ByDigest::value_type&)>& condition) {
  for (auto at = by_digest_.begin(); at != by_digest_.end();) {
    at = condition(*at) ? erase(at) : std::next(at);
  }
}

std::string Sessions::open(Session session) {
  std::string secret = random_text(kSessionSecret);
  const MutexLock lock(mutex_);
  std::size_t count = 0;
  auto oldest = by_digest_.end();
  for (auto at = by_digest_.begin(); at != by_digest_.end(); ++at) {
    if (at->second.name != session.name) continue;
    ++count;
    if (oldest == by_digest_.end() || at->second.used < oldest->second.used) oldest = at;
  }
  if (count >= kMaxSessions) erase(oldest);
  by_digest_.insert_or_assign(digest_of(secret), std::move(session));
  return secret;
}

std::optional<Session> Sessions::find(std::string_view secret, TimeNs now) {
  const Digest digest = digest_of(secret);
  const MutexLock lock(mutex_);
  const auto found = by_digest_.find(digest);
  if (found == by_digest_.end()) return std::nullopt;
  if (over(found->second, now)) {
    erase(found);
    return std::nullopt;
  }
  found->second.used = now;
  return found->second;
}

std::string Sessions::renew(std::string_view secret, Session next) {
  std::string renewed = random_text(kSessionSecret);
  const MutexLock lock(mutex_);
  const auto found = by_digest_.find(digest_of(secret));
  if (found == by_digest_.end()) return {};
  erase(found);
  by_digest_.insert_or_assign(digest_of(renewed), std::move(next));
  return renewed;
}

void Sessions::set_new_secret(std::string_view secret, std::string new_secret) {
  const MutexLock lock(mutex_);
  const auto found = by_digest_.find(digest_of(secret));
  if (found != by_digest_.end()) found->second.new_secret = std::move(new_secret);
}

void Sessions::end(std::string_view secret) {
  const MutexLock lock(mutex_);
  const auto found = by_digest_.find(digest_of(secret));
  if (found != by_digest_.end()) erase(found);
}

void Sessions::end_all_of(std::string_view name, std::string_view except) {
  const Digest kept = digest_of(except);
  const MutexLock lock(mutex_);
  end_if([&](const auto& one) { return one.second.name == name && one.first != kept; });
}

void Sessions::sweep(TimeNs now) {
  const MutexLock lock(mutex_);
  end_if([&](const auto& one) { return over(one.second, now); });
}

std::size_t Sessions::size() const {
  const MutexLock lock(mutex_);
  return by_digest_.size();
}

std::size_t Sessions::count_of(std::string_view name) const {
  const MutexLock lock(mutex_);
  return static_cast<std::size_t>(
      std::count_if(by_digest_.begin(), by_digest_.end(), [&](const auto& one) {
        return one.second.name == name && one.second.stage == Stage::signed_in;
      }));
}

}  // namespace fortnight::access
