// Shared by the tests of mapping: a mapper of one format, and its calls.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "config/config.h"
#include "intake/mapper.h"
#include "storage/append.h"

namespace fortnight::intake {

// 2026-11-20T12:00:00Z
inline constexpr TimeNs kNow = 1'795'176'000 * kNsPerSecond;

// A mapper and its settings; map() maps each line into an append of its own.
class MapperAtWork {
 public:
  explicit MapperAtWork(const std::string& format = "fortnight",
                        config::Config config = config::default_config());
  explicit MapperAtWork(MapperSettings settings);

  storage::Append map(std::string_view line, TimeNs now = kNow);
  Mapper& mapper() { return *mapper_; }

 private:
  std::unique_ptr<Mapper> mapper_;
};

// A call's fields. `reject` is the reason if there is no call, or "skip" or "nothing".
struct Seen {
  std::string reject;
  storage::Call call;
  std::string account, method, endpoint, path, revision, call_id, source;
  std::string ids;  // "kind=value kind=value"
  std::string line;
};
Seen look(const storage::Append& append);

}  // namespace fortnight::intake
