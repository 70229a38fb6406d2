// Processes one source's lines, for tails and ports alike: maps them, counts them, and gathers them
// into batches.
//
// Threads: the intake thread only.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <set>
#include <string>

#include "access/identity.h"
#include "daemon/call_rate.h"
#include "daemon/clock.h"
#include "daemon/gatherer.h"
#include "daemon/reject_log.h"
#include "intake/framing.h"
#include "intake/mapper.h"
#include "intake/recent_calls.h"

namespace fortnight::daemon {

class SourceIntake {
 public:
  // `gatherer` and `clock` must outlive it.
  SourceIntake(intake::MapperSettings settings, Gatherer& gatherer, const Clock& clock);

  // A number for a delivery to a port; see Mapper::set_delivery().
  [[nodiscard]] std::uint64_t new_delivery() { return ++deliveries_; }
  // Call it before the lines of one read: they share their time of arrival. `sender`, who brings
  // them, must outlive them; null: anybody. `delivery`: what brings them; 0: none.
  void begin(const access::Identity* sender = nullptr, std::uint64_t delivery = 0);
  // The delivery has ended: rejects its lines whose last pieces didn't come. What comes under its
  // number later isn't joined with them.
  void end_delivery();
  void take(const intake::LineFramer::Line& line);
  // The time of arrival of these lines.
  [[nodiscard]] TimeNs now() const { return now_; }
  // The path of the file that the following lines are from.
  void set_origin(const std::string& path);
  // Makes the pieces of lines of that file that aren't complete durable, together with the lines so
  // far and the position after them.
  void keep_pieces();

  // Totals since the daemon's start.
  [[nodiscard]] intake::Counters counters() const;
  // Call it every few seconds: updates the rate and logs rejects.
  void tick();
  // Over the last minute.
  [[nodiscard]] double calls_per_second() const { return rate_.per_second(); }
  // Time of the last line; nothing before the first.
  [[nodiscard]] std::optional<TimeNs> last_line() const { return last_line_; }
  // The last rejected line of a source, since the start.
  struct LastReject {
    TimeNs at = 0;
    std::string reason;
  };
  [[nodiscard]] const std::optional<LastReject>& last_reject() const { return last_reject_; }
  // A mapper with the same settings, to try lines without taking them in.
  [[nodiscard]] intake::Mapper another_mapper() const { return intake::Mapper(settings_); }
  // Drops calls that `recent` knows from now on; null: takes all.
  void drop_duplicates(std::shared_ptr<intake::RecentCalls> recent);
  [[nodiscard]] const std::shared_ptr<intake::RecentCalls>& recent_calls() const { return recent_; }
  // How many calls were dropped.
  [[nodiscard]] std::uint64_t duplicates() const {
    return earlier_.duplicates + mapper_.counters().duplicates;
  }
  // Applies a changed configuration to later lines; counts continue.
  void change(intake::MapperSettings settings);

  [[nodiscard]] const std::string& name() const { return settings_.source; }
  [[nodiscard]] Gatherer& gatherer() { return gatherer_; }
  [[nodiscard]] std::size_t max_line_bytes() const { return settings_.max_line_bytes; }

 private:
  void restore_pieces();
  void note_rejects(std::size_t earlier);
  [[nodiscard]] std::string pieces_key(const std::string& path) const;

  intake::MapperSettings settings_;
  Gatherer& gatherer_;
  const Clock& clock_;
  intake::Mapper mapper_;
  std::shared_ptr<intake::RecentCalls> recent_;
  intake::Counters earlier_;  // of this source's earlier mappers
  std::string origin_;
  std::uint64_t deliveries_ = 0;
  std::set<std::string> with_pieces_;  // paths for which pieces are stored
  TimeNs now_ = 0;
  std::optional<TimeNs> last_line_;
  std::optional<LastReject> last_reject_;
  CallRate rate_;
  RejectLog reject_log_;
};

}  // namespace fortnight::daemon
