// What the tests of mapping share: a mapper of one format, and the calls it makes.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "config/config.h"
#include "intake/mapper.h"
#include "storage/store.h"

namespace fortnight::intake {

// 2026-11-20T12:00:00Z
inline constexpr TimeNs kNow = 1'795'176'000 * kNsPerSecond;

// A mapper with all that it needs; map() gives each line its own append.
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

// A call as a test looks at it. `reject` is the reason where there is no call, "skip" or "nothing".
struct Seen {
  std::string reject;
  storage::Call call;
  std::string account, method, endpoint, path, revision, call_id, source;
  std::string ids;  // "kind=value kind=value"
  std::string line;
};
Seen look(const storage::Append& append);

}  // namespace fortnight::intake
