#include "storage/part/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "storage/rollup/verify.h"
#include "tools/segment/commands.h"
#include "tools/segment/consistency.h"
#include "tools/segment/journal_check.h"
#include "tools/segment/salvage.h"
#include "tools/segment/table.h"

namespace fortnight::segment {
namespace {

class Verifier {
 public:
  explicit Verifier(std::FILE* out) : out_(out) {}

  Result<void> report(const std::string& where, const std::string& problem) {
    ++problems_;
    return write(out_, fmt::format("{}: {}\n", where, problem));
  }

  Result<void> file(const StoredFile& file) {
    if (file.error) {
      ++problems_;
      return write(out_, file.trouble() + "\n");
    }
    const auto problems =
        file.part ? storage::verify_part(file.part) : storage::verify_rollup(file.rollup->file());
    for (const std::string& problem : problems) FORTNIGHT_TRY(report(file.path, problem));
    return {};
  }

  Result<void> manifest(const storage::Manifest& manifest, const Target& target) {
    for (const storage::FileName& lost : manifest.lost) {
      ++problems_;
      FORTNIGHT_TRY(write(out_, what_is_lost(lost) + rest_of(lost, target) + "\n"));
    }
    return {};
  }

  // Retries while the journal is inconsistent: a running daemon may flush records to files during
  // the check, and a newer manifest then covers them.
  Result<void> journal(const Target& target) {
    constexpr int kAttempts = 10;
    for (int attempt = 1;; ++attempt) {
      FORTNIGHT_ASSIGN(const storage::Manifest manifest, newest_manifest(*target.files));
      const auto check = check_journal(*target.files, manifest);
      const bool sound = check && check->lost_from.empty();
      if (!sound && attempt < kAttempts) {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        continue;
      }
      if (!check) return report("journal", check.error().message);
      for (const std::uint64_t number : check->lost_from) {
        const storage::FileName name{storage::FileKind::journal, number, 0};
        const bool known = std::any_of(
            manifest.lost.begin(), manifest.lost.end(),
            [&](const auto& lost) { return lost.kind == name.kind && lost.number == number; });
        if (known) continue;
        FORTNIGHT_TRY(report(name.path(), check->lost_records == 0
                                              ? "there may have been more records than there are"
                                              : "records of it are lost"));
      }
      return {};
    }
  }

  [[nodiscard]] std::size_t problems() const { return problems_; }

 private:
  // What repair could save of a quarantined file.
  static std::string rest_of(const storage::FileName& lost, const Target& target) {
    const bool of_calls =
        lost.kind == storage::FileKind::part || lost.kind == storage::FileKind::segment;
    const auto file = of_calls ? open_quarantined(target, lost) : std::nullopt;
    const auto part = !file ? nullptr : file->part ? file->part : file->remains;
    if (!part) return "";
    const auto rest = salvage(part, live_seqs(target, lost.day), nullptr);
    if (!rest || rest->saved == 0) return "";
    return fmt::format("; {} calls of it can be saved: fortnight-segment repair DATA_DIRECTORY",
                       grouped(rest->saved));
  }

  std::FILE* const out_;
  std::size_t problems_ = 0;
};

}  // namespace

Result<std::size_t> verify(const Target& target, std::FILE* out) {
  Verifier verifier(out);
  for (const StoredFile& file : target.opened) FORTNIGHT_TRY(verifier.file(file));
  if (target.manifest) {
    FORTNIGHT_TRY(verifier.manifest(*target.manifest, target));
    FORTNIGHT_TRY(verifier.journal(target));
    for (const auto& [day, files] : files_by_day(target)) {
      // Lost calls stay in rollups.
      if (counts_more_than_calls(files) || has_damage(files)) continue;
      const auto of_day = [day = day](const auto& lost) { return lost.day == day; };
      const auto& lost = target.manifest->lost;
      if (std::any_of(lost.begin(), lost.end(), of_day)) continue;
      if (rollups_match_calls(day, files)) continue;
      FORTNIGHT_TRY(
          verifier.report(storage::day_to_string(day), "its rollups don't count its calls"));
    }
  }
  return verifier.problems();
}

}  // namespace fortnight::segment
