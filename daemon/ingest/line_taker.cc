#include "daemon/ingest/line_taker.h"

namespace fortnight::daemon {
namespace {

// A dry run drops its calls at this size.
constexpr std::size_t kTriedBytes = std::size_t{1} << 20;

}  // namespace

LineTaker::LineTaker(SourceIntake& source, const access::Identity* sender, bool dry_run)
    : source_(source) {
  source_.begin(sender, source_.new_delivery());
  if (!dry_run) return;
  tries_.emplace(source_.another_mapper());
  if (sender != nullptr && sender->accounts()) tries_->restrict_accounts(&*sender->accounts());
}

Outcome LineTaker::take(std::string_view line, std::uint64_t offset) {
  return count([&] { map(line, offset); });
}

Outcome LineTaker::take_record(std::string_view line, std::uint64_t offset) {
  return count([&] {
    map(line, offset);
    end_lines();
  });
}

storage::Append& LineTaker::append() { return tries_ ? tried_ : source_.gatherer().append(); }

void LineTaker::map(std::string_view line, std::uint64_t offset) {
  if (tries_) {
    tries_->map(line, offset, source_.now(), tried_);
  } else {
    source_.take({.bytes = line, .offset = offset});
  }
}

void LineTaker::end_lines() {
  if (tries_) {
    tries_->end_delivery(source_.now(), tried_);
  } else {
    source_.end_delivery();
  }
}

std::span<const storage::Reject> LineTaker::end() {
  const std::size_t earlier = append().rejects.size();
  end_lines();
  const auto rejects = std::span(append().rejects).subspan(earlier);
  counts_.rejected += rejects.size();
  return rejects;
}

template <class Take>
Outcome LineTaker::count(const Take& take) {
  if (tried_.batch.text.size() > kTriedBytes) tried_ = {};
  const storage::Append& append = this->append();
  const std::size_t calls = append.batch.calls.size();
  const std::size_t rejects = append.rejects.size();
  const std::uint64_t skipped = append.skipped;
  const std::uint64_t duplicates = source_.duplicates();
  take();
  // A line may hold several calls.
  counts_.accepted += append.batch.calls.size() - calls;
  counts_.rejected += append.rejects.size() - rejects;
  counts_.skipped += append.skipped - skipped;
  counts_.duplicates += source_.duplicates() - duplicates;
  if (append.rejects.size() > rejects) {
    return {Outcome::Kind::rejected, &append.rejects.back()};
  }
  if (append.batch.calls.size() > calls) {
    return {Outcome::Kind::call};
  }
  if (append.skipped > skipped) return {Outcome::Kind::skipped};
  if (source_.duplicates() > duplicates) return {Outcome::Kind::duplicate};
  return {};
}

}  // namespace fortnight::daemon
