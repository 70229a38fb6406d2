#include <algorithm>
#include <utility>

#include "base/civil_time.h"
#include "storage/repair.h"
#include "storage/repair/consistency.h"
#include "storage/repair/inspection.h"
#include "storage/repair/journal_check.h"
#include "storage/repair/rejects_check.h"
#include "storage/repair/salvage.h"

namespace fortnight::storage {
namespace {

// Maximum attempts to read apparent damage, since an engine may be replacing the file.
constexpr int kVerifyAttempts = 10;

class StoreVerifier {
 public:
  StoreVerifier(FileSystem& files, const std::function<void()>& pause)
      : files_(files), pause_(pause) {}

  Result<VerifyReport> run() {
    FORTNIGHT_ASSIGN(const Inspection store, inspect(files_));
    report_.files = store.opened.size() + store.manifest().rejects.size();
    for (const PartEntry& part : store.manifest().parts) report_.calls += part.summary.calls;
    report_.generation = store.manifest().generation;
    for (const DamagedManifest& damaged : store.manifests.damaged) {
      report_.problems.push_back({.kind = Problem::Kind::unreadable,
                                  .where = manifest_path(damaged.generation),
                                  .what = damaged.error.message});
    }
    for (const StoredFile& file : store.opened) check_file(file);
    FORTNIGHT_TRY(check_rejects_files());
    for (const FileName& lost : store.manifest().lost) {
      report_.problems.push_back({.kind = Problem::Kind::loss,
                                  .where = lost.path(),
                                  .what = "",
                                  .name = lost,
                                  .salvageable_calls = calls_in_quarantine(store, lost)});
    }
    FORTNIGHT_TRY(check_records());
    check_days(store);
    return std::move(report_);
  }

 private:
  void report(const std::string& where, std::string what) {
    report_.problems.push_back({.where = where, .what = std::move(what)});
  }

  void check_file(const StoredFile& file) {
    if (file.error) {
      report_.problems.push_back({.kind = Problem::Kind::unreadable,
                                  .where = file.path,
                                  .what = file.error->message,
                                  .salvageable = file.salvageable()});
      return;
    }
    for (std::string& problem : problems_of(file)) report(file.path, std::move(problem));
  }

  // Retries, since a running engine may have removed the file and published a newer manifest.
  Result<void> check_rejects_files() {
    for (int attempt = 1;; ++attempt) {
      FORTNIGHT_ASSIGN(const LoadedManifests manifests, load_manifests_beside_engine(files_));
      const auto damaged = check_rejects(files_, manifests.current);
      if (!damaged.empty() && attempt < kVerifyAttempts) {
        pause_();
        continue;
      }
      for (const DamagedRejects& file : damaged) {
        report_.problems.push_back({.kind = Problem::Kind::unreadable,
                                    .where = file.entry.name().path(),
                                    .what = file.error.message});
      }
      return {};
    }
  }

  // Retries while the journal is inconsistent: a running engine may flush records to files during
  // the check, and a newer manifest then covers them.
  Result<void> check_records() {
    for (int attempt = 1;; ++attempt) {
      FORTNIGHT_ASSIGN(const LoadedManifests manifests, load_manifests_beside_engine(files_));
      const auto check = check_journal(files_, manifests.current);
      const bool sound = check && check->lost_from.empty();
      if (!sound && attempt < kVerifyAttempts) {
        pause_();
        continue;
      }
      if (check) {
        report_records(*check, manifests.current);
      } else {
        report("journal", check.error().message);
      }
      return {};
    }
  }

  void report_records(const JournalCheck& check, const Manifest& manifest) {
    for (const std::uint64_t number : check.lost_from) {
      const bool known =
          std::any_of(manifest.lost.begin(), manifest.lost.end(), [&](const FileName& lost) {
            return lost.kind == FileKind::journal && lost.number == number;
          });
      if (known) continue;
      report(FileName{FileKind::journal, number, 0}.path(),
             check.lost_records == 0 ? "there may have been more records than there are"
                                     : "records of it are lost");
    }
  }

  void check_days(const Inspection& store) {
    for (const auto& [day, files] : files_by_day(store)) {
      // Lost calls stay in rollups.
      if (counts_more_than_calls(files) || has_damage(files)) continue;
      const auto of_day = [day = day](const FileName& lost) { return lost.day == day; };
      const auto& lost = store.manifest().lost;
      if (std::any_of(lost.begin(), lost.end(), of_day)) continue;
      if (!rollups_match_calls(day, files)) {
        report(day_to_string(day), "its rollups don't count its calls");
      }
    }
  }

  [[nodiscard]] std::uint64_t calls_in_quarantine(const Inspection& store, const FileName& lost) {
    const bool of_calls = lost.kind == FileKind::part || lost.kind == FileKind::segment;
    const auto file = of_calls ? open_quarantined(files_, store.manifest(), lost) : std::nullopt;
    const auto part = !file ? nullptr : file->part ? file->part : file->remains;
    if (!part) return 0;
    const auto rest = salvage(part, live_seqs(store, lost.day), nullptr);
    return rest ? rest->saved : 0;
  }

  FileSystem& files_;
  const std::function<void()>& pause_;
  VerifyReport report_;
};

}  // namespace

Result<VerifyReport> verify_store(FileSystem& files, const std::function<void()>& pause) {
  return StoreVerifier(files, pause).run();
}

}  // namespace fortnight::storage
