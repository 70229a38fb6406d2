#include "intake/recent_calls.h"

#include <xxhash.h>

#include <algorithm>
#include <random>

#include "base/bytes.h"

namespace fortnight::intake {
namespace {

std::uint64_t random_seed() {
  std::random_device random;
  return (std::uint64_t{random()} << 32) | random();
}

}  // namespace

RecentCalls::RecentCalls(std::size_t most)
    : most_(std::max<std::size_t>(most, 1)),
      seed_(random_seed()),
      places_(0, HashOf{&calls_}, SameCall{&calls_}) {}

RecentCalls::Hash RecentCalls::hash_of(std::string_view source, std::string_view account,
                                       std::string_view call_id) {
  scratch_.clear();
  ByteWriter writer(scratch_);
  writer.text(source);
  writer.text(account);
  writer.text(call_id);
  const XXH128_hash_t hash = XXH3_128bits_withSeed(scratch_.data(), scratch_.size(), seed_);
  return {hash.low64, hash.high64};
}

bool RecentCalls::add(std::string_view source, std::string_view account, std::string_view call_id) {
  const Hash hash = hash_of(source, account, call_id);
  if (places_.contains(hash)) return false;
  if (calls_.size() < most_) {
    calls_.push_back(hash);
    places_.insert(static_cast<Place>(calls_.size() - 1));
    return true;
  }
  places_.erase(oldest_);
  calls_[oldest_] = hash;
  places_.insert(oldest_);
  oldest_ = static_cast<Place>((oldest_ + 1) % most_);
  return true;
}

void RecentCalls::reverse() {
  places_.clear();
  std::reverse(calls_.begin(), calls_.end());
  for (Place place = 0; place < calls_.size(); ++place) places_.insert(place);
}

}  // namespace fortnight::intake
