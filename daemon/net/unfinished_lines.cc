#include "daemon/net/unfinished_lines.h"

#include <algorithm>
#include <utility>

namespace fortnight::daemon {

void UnfinishedLines::Part::hold(std::size_t bytes) {
  if (bytes_ == 0 && bytes != 0) {
    ++all_.holders_;
    renew();
  }
  if (bytes_ != 0 && bytes == 0) --all_.holders_;
  all_.held_ += bytes - bytes_;
  bytes_ = bytes;
}

std::size_t UnfinishedLines::fair_share() const {
  return std::max(bytes_ / (holders_ + 1), kLeastShare);
}

std::size_t UnfinishedLines::Part::allowance() const {
  const std::size_t held = all_.held_;
  const std::size_t free = held < all_.bytes_ ? all_.bytes_ - held : 0;
  // Connections that began when there were fewer may hold more than their present share.
  const std::size_t share = held < 2 * all_.bytes_ ? all_.fair_share() : kLeastShare;
  return std::max(free, share > bytes_ ? share - bytes_ : 0);
}

bool UnfinishedLines::Part::overstays() const {
  return bytes_ != 0 && all_.held_ > all_.bytes_ / 2 && bytes_ > all_.fair_share() / 2 &&
         Clock::now() - since_ > kPatience;
}

}  // namespace fortnight::daemon
