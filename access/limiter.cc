#include "access/limiter.h"

#include <sodium.h>

#include <algorithm>
#include <charconv>

#include "access/grant.h"
#include "base/json_members.h"
#include "base/json_writer.h"

namespace fortnight::access {
namespace {

constexpr std::uint64_t kMaxTriesBytes = 16U << 20;
constexpr std::string_view kTriesVersion = "1";
// Of each kind. An attacker needs thousands of addresses to have another's count forgotten.
constexpr std::size_t kMaxSubjects = 10'000;
constexpr std::size_t kKeyedDigestBytes = 16;
constexpr std::size_t kKeyLength = 1 + 2 * kKeyedDigestBytes;
constexpr std::string_view kKindLetters = "npt";

// 127.0.0.1 as an IPv4 address of either family.
bool is_loopback(std::string_view peer) { return peer.starts_with("127.") || peer == "::"; }

std::size_t tries_of(const Limiter::Subject& subject) {
  const bool loopback = subject.kind != Limiter::Kind::name && is_loopback(subject.text);
  return loopback ? kLoopbackTries : kTries;
}

bool is_key(std::string_view text) {
  return text.size() == kKeyLength && kKindLetters.find(text[0]) != std::string_view::npos &&
         text.substr(1).find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

std::optional<std::vector<TimeNs>> times_of(std::string_view json) {
  std::vector<TimeNs> times;
  for (const std::string_view number : elements_of(json)) {
    TimeNs time = 0;
    const char* const end = number.data() + number.size();
    const auto [stop, failed] = std::from_chars(number.data(), end, time);
    if (failed != std::errc() || stop != end) return std::nullopt;
    times.push_back(time);
  }
  if (times.empty() || times.size() > kLoopbackTries) return std::nullopt;
  std::sort(times.begin(), times.end());
  return times;
}

}  // namespace

Limiter::Limiter(storage::FileSystem& files) : files_(files) {
  start_sodium();
  const MutexLock lock(mutex_);
  if (const auto done = read(); !done) {
    unreadable_ = done.error();
    times_.clear();
  }
  if (times_.empty()) randombytes_buf(secret_.data(), secret_.size());
}

Result<void> Limiter::read() {
  const std::string name(kTriesFile);
  const auto whole = storage::read_whole(files_, name, kMaxTriesBytes);
  if (!whole && whole.error().code == ErrorCode::not_found) return {};
  if (!whole) return whole.error();
  std::string_view text = *whole;
  while (text.ends_with('\n')) text.remove_suffix(1);
  bool known = false;
  bool keyed = false;
  for (const JsonMember& member : members_of(text)) {
    if (member.key == "version") {
      known = member.value == kTriesVersion;
    } else if (member.key == "key") {
      const auto digest = digest_of_hex(text_of(member.value).value_or(""));
      keyed = digest.has_value();
      if (digest) secret_ = *digest;
    } else if (member.key == "tries") {
      for (const JsonMember& subject : members_of(member.value)) {
        auto times = times_of(subject.value);
        if (!is_key(subject.key) || !times) return corrupt(name + ": an entry has a wrong form");
        times_.insert_or_assign(std::string(subject.key), *std::move(times));
      }
    }
  }
  if (!known || !keyed) return corrupt(name + ": it isn't a file of tries of this version");
  return {};
}

std::string Limiter::key_of(const Subject& subject) const {
  std::array<unsigned char, kKeyedDigestBytes> digest{};
  crypto_generichash(digest.data(), digest.size(),
                     reinterpret_cast<const unsigned char*>(subject.text.data()),
                     subject.text.size(), secret_.data(), secret_.size());
  std::array<char, 2 * kKeyedDigestBytes + 1> hex{};
  sodium_bin2hex(hex.data(), hex.size(), digest.data(), digest.size());
  return std::string(1, kKindLetters[static_cast<std::size_t>(subject.kind)]) + hex.data();
}

Limiter::Times Limiter::recent(const std::string& key, TimeNs now) const {
  Times times;
  const auto found = times_.find(key);
  if (found == times_.end()) return times;
  for (const TimeNs time : found->second) {
    // The clock may have been set back.
    const TimeNs at = std::min(time, now);
    if (now - at < kTryPeriod) times.push_back(at);
  }
  return times;
}

Limiter::Admission Limiter::begin(const std::vector<Subject>& subjects, TimeNs now) {
  const MutexLock lock(mutex_);
  Admission admission;
  for (const Subject& subject : subjects) {
    const Times times = recent(key_of(subject), now);
    const std::size_t most = tries_of(subject);
    if (times.size() < most) continue;
    admission.wait = std::max(admission.wait, times[times.size() - most] + kTryPeriod - now);
  }
  if (admission.wait > 0) return admission;
  Try counted{{}, now};
  for (const Subject& subject : subjects) {
    std::string key = key_of(subject);
    Times times = recent(key, now);
    if (times.empty()) make_room(subject.kind, now);
    times.push_back(now);
    times_.insert_or_assign(key, std::move(times));
    counted.keys.push_back(std::move(key));
  }
  admission.counted = std::move(counted);
  ++changes_;
  return admission;
}

void Limiter::take_back(const Try& counted) {
  const MutexLock lock(mutex_);
  for (const std::string& key : counted.keys) {
    const auto found = times_.find(key);
    if (found == times_.end()) continue;
    Times& times = found->second;
    const auto at = std::find(times.begin(), times.end(), counted.at);
    if (at != times.end()) times.erase(at);
    if (times.empty()) times_.erase(found);
  }
  ++changes_;
}

void Limiter::make_room(Kind kind, TimeNs now) {
  if (times_.size() < kMaxSubjects) return;
  const char letter = kKindLetters[static_cast<std::size_t>(kind)];
  const auto begin = times_.lower_bound(std::string(1, letter));
  const auto end = times_.lower_bound(std::string(1, static_cast<char>(letter + 1)));
  if (static_cast<std::size_t>(std::distance(begin, end)) < kMaxSubjects) return;
  auto oldest = begin;
  for (auto at = begin; at != end; ++at) {
    if (at->second.back() < oldest->second.back()) oldest = at;
  }
  const TimeNs last = std::max(oldest->second.back(), now - kTryPeriod);
  // All that are as old go at once, so that this isn't done for each new subject.
  for (auto at = begin; at != end;) at = at->second.back() <= last ? times_.erase(at) : ++at;
}

Result<void> Limiter::keep(TimeNs now) {
  const MutexLock write_lock(writing_);
  std::string text;
  std::uint64_t changes = 0;
  {
    const MutexLock lock(mutex_);
    changes = changes_;
    if (changes == written_) return {};
    std::erase_if(times_, [now](const auto& one) { return now - one.second.back() >= kTryPeriod; });
    JsonWriter json(text);
    json.open_object().key("version").raw(kTriesVersion).key("key").text(hex_of(secret_));
    json.key("tries").open_object();
    for (const auto& [key, times] : times_) {
      json.key(key).open_array();
      for (const TimeNs time : times) json.raw(std::to_string(time));
      json.close_array();
    }
    json.close_object().close_object();
  }
  FORTNIGHT_TRY(storage::write_atomically(files_, std::string(kTriesFile), text + "\n"));
  written_ = changes;
  return {};
}

std::size_t Limiter::size() const {
  const MutexLock lock(mutex_);
  return times_.size();
}

}  // namespace fortnight::access
