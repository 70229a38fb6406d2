// Rejected lines that a mended format reads, and sending them to the daemon again.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.h"
#include "base/time.h"
#include "config/config.h"
#include "intake/mapper.h"

namespace fortnight::format {

// A row of REJECTS.
struct RejectedLine {
  std::string at;
  std::string source;
  std::string reason;
  std::uint64_t offset = 0;
  std::string bytes;
};
// Nothing if it isn't one.
std::optional<RejectedLine> parse_reject(std::string_view row);

// The ID of a rejected line: the daemon takes a batch with it in once, however often it is sent.
std::string batch_id(const RejectedLine& reject);

// The name of the source that the line's call gets: "replay:" and the line's source, as a source of
// the HTTP port may be named.
std::string replayed_source(std::string_view source);

// What becomes of a source's rejected lines.
struct ReplaySource {
  std::string format;
  std::uint64_t mended = 0;
  std::uint64_t skipped = 0;                     // by the format
  std::uint64_t cut = 0;                         // only their beginning is kept
  std::map<std::string, std::uint64_t> refused;  // again, by reason
  std::uint64_t sent = 0;
  std::uint64_t repeated = 0;  // of those: had been taken in by an earlier replay
};

// Not thread-safe.
class ReplayPlan {
 public:
  // `config` must outlive it.
  ReplayPlan(const config::Config& config, TimeNs now) : config_(config), now_(now) {}

  // Whether the line can be sent. Sources that the configuration doesn't have are counted only.
  bool add(const RejectedLine& reject);
  [[nodiscard]] std::map<std::string, ReplaySource>& sources() { return sources_; }
  [[nodiscard]] std::uint64_t unknown_sources() const { return unknown_; }

 private:
  intake::Mapper* mapper_for(const std::string& source);

  const config::Config& config_;
  TimeNs now_;
  std::map<std::string, std::unique_ptr<intake::Mapper>> mappers_;
  std::map<std::string, ReplaySource> sources_;
  std::uint64_t unknown_ = 0;
};

}  // namespace fortnight::format
