#include "storage/part/verify.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "storage/rollup/verify.h"
#include "tools/segment/commands.h"
#include "tools/segment/consistency.h"
#include "tools/segment/salvage.h"
#include "tools/segment/table.h"

namespace fortnight::segment {
namespace {

using storage::Result;

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
      FORTNIGHT_TRY(report(lost.path(), "was live once and is lost" + rest_of(lost, target)));
    }
    std::map<std::string, const StoredFile*> opened;
    for (const StoredFile& file : target.opened) opened[file.path] = &file;
    for (const storage::PartEntry& entry : manifest.parts) {
      const StoredFile& file = *opened.at(entry.name.path());
      if (file.part && (file.bytes != entry.summary.bytes ||
                        file.calls->summary().calls != entry.summary.calls)) {
        FORTNIGHT_TRY(report(file.path, "isn't the file that the manifest speaks of"));
      }
    }
    for (const storage::RollupEntry& entry : manifest.rollups) {
      const StoredFile& file = *opened.at(entry.name.path());
      if (file.rollup && (file.bytes != entry.bytes || file.rollup->calls() != entry.calls)) {
        FORTNIGHT_TRY(report(file.path, "isn't the file that the manifest speaks of"));
      }
    }
    return {};
  }

  [[nodiscard]] std::size_t problems() const { return problems_; }

 private:
  // What repair could save of a file that was set aside.
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
    for (const auto& [day, files] : files_by_day(target)) {
      // Rollups rightly count calls that are lost.
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
