#include "daemon/source_intake.h"

#include <utility>

namespace fortnight::daemon {

SourceIntake::SourceIntake(intake::MapperSettings settings, Gatherer& gatherer, const Clock& clock)
    : settings_(std::move(settings)), gatherer_(gatherer), clock_(clock), mapper_(settings_) {
  restore_pieces();
}

void SourceIntake::begin(const access::Identity* sender, std::uint64_t delivery) {
  now_ = clock_.now();
  mapper_.set_delivery(delivery);
  const bool bound = sender != nullptr && sender->accounts();
  mapper_.restrict_accounts(bound ? &*sender->accounts() : nullptr);
}

void SourceIntake::end_delivery() {
  const std::size_t rejects = gatherer_.append().rejects.size();
  mapper_.end_delivery(now_, gatherer_.append());
  note_rejects(rejects);
}

void SourceIntake::take(const intake::LineFramer::Line& line) {
  storage::Append& append = gatherer_.append();
  const std::size_t rejects = append.rejects.size();
  last_line_ = now_;
  if (line.too_long) {
    mapper_.map_cut_off(line.bytes, line.offset, now_, append);
  } else {
    mapper_.map(line.bytes, line.offset, now_, append);
  }
  note_rejects(rejects);
}

// `earlier`: how many rejects the append had before.
void SourceIntake::note_rejects(std::size_t earlier) {
  const std::vector<storage::Reject>& rejects = gatherer_.append().rejects;
  if (rejects.size() <= earlier) return;
  last_reject_ = {now_, rejects.back().reason};
  reject_log_.note(rejects.back(), std::chrono::steady_clock::now());
}

void SourceIntake::set_origin(const std::string& path) {
  if (path == origin_) return;
  origin_ = path;
  mapper_.set_origin(path);
}

void SourceIntake::keep_pieces() {
  std::string held = mapper_.held(origin_);
  if (held.empty() && with_pieces_.erase(origin_) == 0) return;
  if (!held.empty()) with_pieces_.insert(origin_);
  gatherer_.set_position(pieces_key(origin_), std::move(held));
}

std::string SourceIntake::pieces_key(const std::string& path) const {
  return "pieces/" + name() + "/" + path;
}

void SourceIntake::restore_pieces() {
  const std::string prefix = pieces_key("");
  const std::map<std::string, std::string>& positions = gatherer_.positions();
  for (auto it = positions.lower_bound(prefix);
       it != positions.end() && it->first.starts_with(prefix); ++it) {
    const std::string path = it->first.substr(prefix.size());
    with_pieces_.insert(path);
    mapper_.restore_held(path, it->second);
  }
}

void SourceIntake::tick() {
  const auto now = std::chrono::steady_clock::now();
  rate_.note(counters().calls, now);
  reject_log_.report(name(), now);
}

intake::Counters SourceIntake::counters() const {
  intake::Counters total = earlier_;
  return total += mapper_.counters();
}

void SourceIntake::drop_duplicates(std::shared_ptr<intake::RecentCalls> recent) {
  recent_ = std::move(recent);
  mapper_.drop_duplicates(recent_.get());
}

void SourceIntake::change(intake::MapperSettings settings) {
  earlier_ += mapper_.counters();
  settings_ = std::move(settings);
  intake::Mapper changed(settings_);
  changed.continue_lines_of(mapper_);
  mapper_ = std::move(changed);
  mapper_.set_origin(origin_);
  mapper_.drop_duplicates(recent_.get());
  reject_log_.begin_anew();
}

}  // namespace fortnight::daemon
