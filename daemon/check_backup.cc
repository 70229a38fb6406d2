#include "daemon/check_backup.h"

#include <fmt/format.h>

#include <chrono>
#include <string_view>
#include <thread>
#include <vector>

#include "access/access_file.h"
#include "access/audit.h"
#include "base/json_members.h"
#include "base/keyed_hash.h"
#include "base/number_text.h"
#include "daemon/data_directory.h"
#include "storage/backup.h"
#include "storage/repair.h"

namespace fortnight::daemon {
namespace {

constexpr std::uint64_t kMaxSmallFile = 64U << 10;
constexpr std::uint64_t kMaxAuditFile = 256U << 20;

class BackupCheck {
 public:
  BackupCheck(const std::string& directory, std::FILE* out)
      : directory_(directory), files_(storage::posix_file_system(directory)), out_(out) {}

  Result<bool> run() {
    FORTNIGHT_TRY(files_->list(""));
    if (!storage::is_store(*files_)) return no_store();
    const auto pause = [] { std::this_thread::sleep_for(std::chrono::milliseconds(20)); };
    auto store = storage::verify_store(*files_, pause);
    if (!store) return store.error().within(directory_);
    for (const storage::Problem& problem : store->problems) report(problem);
    check_access();
    check_key(access::kAuditKeyFile);
    check_key(kHashKeyFile);
    check_audit();
    if (problems_ == 0) {
      print(fmt::format("{}: fine: {} calls and all counts in {} files{}", directory_,
                        with_commas(store->calls), with_commas(store->files),
                        time_of(store->generation)));
    } else {
      print(fmt::format("{}: {} problem{}", directory_, problems_, problems_ == 1 ? "" : "s"));
    }
    return problems_ == 0;
  }

 private:
  void print(const std::string& line) { (void)std::fprintf(out_, "%s\n", line.c_str()); }
  void complain(const std::string& line) {
    ++problems_;
    print(line);
  }

  bool no_store() {
    const bool begun = files_->open(std::string(storage::kBackupFile)).has_value();
    complain(directory_ + (begun ? ": a backup was begun here, and none has ended"
                                 : ": neither a backup nor a "
                                   "data directory"));
    return false;
  }

  void report(const storage::Problem& problem) {
    switch (problem.kind) {
      case storage::Problem::Kind::unreadable:
        return complain(problem.what);
      case storage::Problem::Kind::damage:
        return complain(problem.where + ": " + problem.what);
      case storage::Problem::Kind::loss:
        // As in the store that was backed up.
        return print(problem.where + ": was lost before; answers over its time are partial");
    }
  }

  void check_access() {
    const access::AccessFile file(*files_);
    if (file.unreadable()) complain(file.unreadable()->message);
  }

  void check_key(std::string_view path) {
    const auto text = storage::read_whole(*files_, std::string(path), kMaxSmallFile);
    if (!text && text.error().code == ErrorCode::not_found) return;
    if (!text) return complain(text.error().message);
    if (!KeyedHash::parse(*text)) complain(std::string(path) + ": it has no key");
  }

  void check_audit() {
    const std::string directory(access::kAuditDirectory);
    const auto entries = files_->list(directory);
    if (!entries) {
      if (entries.error().code != ErrorCode::not_found) complain(entries.error().message);
      return;
    }
    for (const storage::FileEntry& entry : *entries) {
      const std::string path = directory + '/' + entry.name;
      const auto text = storage::read_whole(*files_, path, kMaxAuditFile);
      if (!text) {
        complain(text.error().message);
      } else if (!has_records(*text)) {
        complain(path + ": a line isn't a record of the audit");
      }
    }
  }

  // A last line without its end, which was being written, doesn't count.
  static bool has_records(std::string_view text) {
    for (std::size_t end = text.find('\n'); end != std::string_view::npos; end = text.find('\n')) {
      if (members_of(text.substr(0, end)).empty()) return false;
      text.remove_prefix(end + 1);
    }
    return true;
  }

  // " as of 2026-11-20T12:00:00Z" if the newest manifest is a backup's.
  [[nodiscard]] std::string time_of(std::uint64_t generation) const {
    auto text = storage::read_whole(*files_, std::string(storage::kBackupFile), kMaxSmallFile);
    if (!text) return {};
    while (text->ends_with('\n')) text->pop_back();
    std::string_view at;
    bool newest = false;
    for (const JsonMember& member : members_of(*text)) {
      if (member.key == "at" && member.value.size() > 2) {
        at = member.value.substr(1, member.value.size() - 2);
      }
      newest = newest || (member.key == "manifest" && member.value == std::to_string(generation));
    }
    return newest ? ", as of " + std::string(at) : std::string();
  }

  const std::string& directory_;
  const std::unique_ptr<storage::FileSystem> files_;
  std::FILE* const out_;
  std::size_t problems_ = 0;
};

}  // namespace

Result<bool> check_backup(const std::string& directory, std::FILE* out) {
  return BackupCheck(directory, out).run();
}

}  // namespace fortnight::daemon
