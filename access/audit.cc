#include "access/audit.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/civil_text.h"
#include "base/civil_time.h"
#include "base/json_members.h"
#include "storage/files/key_file.h"

namespace fortnight::access {
namespace {

constexpr std::size_t kHashBytes = 8;
constexpr std::uint64_t kReadBytes = 256U << 10;
// No line is longer: requests have at most 64 KiB, and so have the pieces of an answer.
constexpr std::size_t kMaxLineBytes = 4U << 20;
constexpr std::size_t kDateLength = 10;

Error not_an_audit_line(const std::string& path) {
  return {ErrorCode::corrupt, path + ": not a line of an audit"};
}

Result<TimeNs> time_of_line(std::string_view line, const std::string& path) {
  const std::vector<JsonMember> members = members_of(line);
  if (members.empty() || members[0].key != "ts" || members[0].value.size() < 2) {
    return not_an_audit_line(path);
  }
  const std::string_view quoted = members[0].value;
  const auto civil = parse_civil(quoted.substr(1, quoted.size() - 2));
  if (!civil || !civil->date_ns || !civil->clock_ns || !civil->offset_ns) {
    return not_an_audit_line(path);
  }
  return *civil->date_ns + *civil->clock_ns - *civil->offset_ns;
}

// Visits the whole lines of a file, last first, in blocks: a file may have any size. Returns false
// if the visit ended the reading.
Result<bool> read_backwards(storage::FileSystem& files, const std::string& path,
                            const std::function<Result<bool>(std::string_view)>& visit) {
  FORTNIGHT_ASSIGN(const auto file, files.open(path));
  std::uint64_t begin = file->size();
  std::string block;  // what isn't visited of the bytes from `begin` on
  bool at_end = true;
  while (begin > 0 || !block.empty()) {
    const std::uint64_t size = std::min(begin, kReadBytes);
    if (block.size() > kMaxLineBytes) return not_an_audit_line(path);
    std::string read(size, '\0');
    FORTNIGHT_TRY(file->read(begin - size, read));
    begin -= size;
    block.insert(0, read);
    if (at_end) block.resize(block.rfind('\n') + 1);  // without a partial line
    at_end = at_end && block.empty();
    // The first line of the block may begin in the block before.
    while (!block.empty()) {
      const std::size_t end = block.size() - 1;  // of the last line, its line end
      const std::size_t before = end == 0 ? std::string::npos : block.rfind('\n', end - 1);
      if (before == std::string::npos && begin > 0) break;
      const std::size_t first = before + 1;  // npos + 1 is 0
      FORTNIGHT_ASSIGN(const bool goes_on,
                       visit(std::string_view(block).substr(first, end - first)));
      if (!goes_on) return false;
      block.resize(first);
    }
  }
  return true;
}

}  // namespace

std::string Audit::Name::path() const {
  return fmt::format("{}/{}-{:010}", kAuditDirectory, day_to_string(day), number);
}

Result<std::unique_ptr<Audit>> Audit::open(storage::FileSystem& files, AuditOptions options,
                                           TimeNs now) {
  FORTNIGHT_ASSIGN(const KeyedHash hash, storage::open_key_file(files, std::string(kAuditKeyFile)));
  FORTNIGHT_TRY(files.make_directory(std::string(kAuditDirectory)));
  std::unique_ptr<Audit> audit(new Audit(files, options, hash));
  FORTNIGHT_ASSIGN(const std::vector<Name> names, audit->names());
  // Times go on ascending. A damaged file is reported when it is read.
  TimeNs newest = 0;
  (void)audit->read(kMinTime, kMaxTime, [&newest](const Line& line) -> Result<bool> {
    newest = line.ts;
    return false;
  });
  const MutexLock lock(audit->mutex_);
  if (newest < now + kNsPerHour) audit->last_ = newest;
  for (const Name& name : names) {
    audit->next_file_ = std::max(audit->next_file_, name.number + 1);
  }
  return audit;
}

Result<std::vector<Audit::Name>> Audit::names() const {
  FORTNIGHT_ASSIGN(const auto entries, files_.list(std::string(kAuditDirectory)));
  std::vector<Name> names;
  for (const storage::FileEntry& entry : entries) {
    const std::string_view text = entry.name;
    const auto day = day_from_string(text.substr(0, kDateLength));
    if (!day) continue;
    Name name{*day, 0};
    const char* const end = text.data() + text.size();
    const char* const begin = text.data() + std::min(text.size(), kDateLength + 1);
    const auto [stop, failed] = std::from_chars(begin, end, name.number);
    if (failed != std::errc() || stop != end) continue;
    names.push_back(name);
  }
  std::sort(names.begin(), names.end(),
            [](const Name& a, const Name& b) { return a.number < b.number; });
  return names;
}

Result<void> Audit::prepare_file(Day day) {
  if (file_ && day_ == day && size_ < options_.file_bytes) return {};
  FORTNIGHT_TRY(sync());
  file_.reset();
  const Name name{day, next_file_};
  FORTNIGHT_ASSIGN(file_, files_.create(name.path()));
  ++next_file_;
  day_ = day;
  size_ = 0;
  return files_.sync_directory(std::string(kAuditDirectory));
}

Result<void> Audit::write(std::string_view line, Day day) {
  FORTNIGHT_TRY(prepare_file(day));
  unsynced_ = true;
  FORTNIGHT_TRY(file_->write(size_, line));
  size_ += line.size();
  return {};
}

Result<void> Audit::append(std::string_view members, TimeNs now) {
  const MutexLock lock(mutex_);
  // Times ascend, so that a time identifies a line.
  last_ = std::max(now, last_ + 1);
  std::string line = R"({"ts":")";
  append_rfc3339(last_, 9, line);
  line.append("\",").append(members).append("}\n");
  auto written = write(line, day_of(last_));
  if (!written) {
    ++failures_;
    file_.reset();  // the next line begins a new file
  } else {
    ++lines_;
  }
  return written;
}

Result<void> Audit::sync() {
  if (!file_ || !unsynced_) return {};
  unsynced_ = false;
  auto synced = file_->sync();
  if (!synced) file_.reset();
  return synced;
}

Result<void> Audit::remove_old(Day today) {
  FORTNIGHT_ASSIGN(const std::vector<Name> all, names());
  for (const Name& name : all) {
    const bool open = file_ && name.number + 1 == next_file_;
    const bool old = name.day + static_cast<Day>(options_.days) < today;
    if (old && !open) FORTNIGHT_TRY(files_.remove(name.path()));
  }
  return {};
}

Result<void> Audit::keep(TimeNs now) {
  const MutexLock lock(mutex_);
  FORTNIGHT_TRY(sync());
  const Day day = day_of(now);
  const auto clock = std::chrono::steady_clock::now();
  if (today_ != day) {
    today_ = day;
    since_ = clock;
    cleaned_ = false;
  }
  if (cleaned_ || clock - since_ < options_.clock_hold) return {};
  FORTNIGHT_TRY(remove_old(day));
  cleaned_ = true;
  return {};
}

std::string Audit::next_request(TimeNs now) {
  const MutexLock lock(mutex_);
  requests_ = std::max(requests_ + 1, static_cast<std::uint64_t>(std::max<TimeNs>(now, 0)));
  return fmt::format("{:x}", requests_);
}

std::string Audit::hash(std::string_view name, std::string_view value) const {
  return hash_.hex(name, value, kHashBytes);
}

Result<void> Audit::read(TimeNs from, TimeNs to, const Visit& visit) const {
  FORTNIGHT_ASSIGN(std::vector<Name> all, names());
  std::reverse(all.begin(), all.end());
  for (const Name& name : all) {
    if (day_start(name.day) >= to || day_start(name.day + 1) <= from) continue;
    const std::string path = name.path();
    const auto read_line = [&](std::string_view json) -> Result<bool> {
      FORTNIGHT_ASSIGN(const TimeNs ts, time_of_line(json, path));
      if (ts < from || ts >= to) return true;
      return visit({ts, json});
    };
    const auto goes_on = read_backwards(files_, path, read_line);
    // An old file may have been removed since.
    if (!goes_on && goes_on.error().code != ErrorCode::not_found) return goes_on.error();
    if (goes_on && !*goes_on) break;
  }
  return {};
}

std::uint64_t Audit::lines() const {
  const MutexLock lock(mutex_);
  return lines_;
}

std::uint64_t Audit::failures() const {
  const MutexLock lock(mutex_);
  return failures_;
}

}  // namespace fortnight::access
