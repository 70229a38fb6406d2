#include "storage/repair.h"

#include <fmt/format.h>

#include <memory>

#include "base/civil_time.h"
#include "base/number_text.h"
#include "storage/files/file_names.h"
#include "storage/files/obstacles.h"
#include "tools/segment/commands.h"
#include "tools/segment/table.h"

namespace fortnight::segment {
namespace {

using storage::DamagedBlock;
using storage::RepairStep;
using Action = RepairStep::Action;

std::string text_of(const DamagedBlock& block, std::string_view how) {
  std::string when;
  if (block.max_ts > 0) {
    when = " of ";
    append_rfc3339(block.min_ts, 0, when);
    when += " to ";
    append_rfc3339(block.max_ts, 0, when);
  }
  return fmt::format("  block {}: {} calls{} are {}: {}\n", block.number, with_commas(block.calls),
                     when, how, block.reason);
}

std::string saved_text(const RepairStep& step, bool dry_run) {
  std::string to;
  if (step.calls > 0) to = dry_run ? " can be saved" : " saved to " + step.name.path();
  return fmt::format("{}: {} calls{}, {} lost\n", step.path, with_commas(step.calls), to,
                     with_commas(step.lost_calls));
}

std::string first_line(const RepairStep& step, bool dry_run) {
  const std::string& path = step.path;
  switch (step.action) {
    case Action::lose_manifest:
      return path + ": can't be read; the manifest before it counts\n";
    case Action::move_back:
      return fmt::format("{} {} {}\n", path, dry_run ? "belongs to" : "goes to", step.name.path());
    case Action::keep_part:
      return fmt::format("{}: stays as it is: {} calls can be read whole, {} can't\n", path,
                         with_commas(step.calls), with_commas(step.lost_calls));
    case Action::save_part:
      return saved_text(step, dry_run);
    case Action::lose_part:
      return path + ": nothing of it can be saved\n";
    case Action::keep_rollup:
      return path + ": damaged, and stays as it is: there are no calls to count all of it from\n";
    case Action::lose_rollup:
      return path + ": lost, and there are no calls to count it from\n";
    case Action::restore_rollup:
    case Action::restore_rejects:
      return fmt::format("{}: {} it goes back to {}\n", path,
                         dry_run ? "can be saved:" : "saved:", step.name.path());
    case Action::lose_rejects:
      return fmt::format("{}: {} rejected lines are lost\n", path, with_commas(step.calls));
    case Action::recount:
      return fmt::format("{}: its rollups {} rebuilt from calls\n", path,
                         dry_run ? "can be" : "were");
    case Action::quarantine:
      break;
  }
  return fmt::format("{} is in {}/ now\n", path, storage::kQuarantineDirectory);
}

std::string text_of(const RepairStep& step, bool dry_run) {
  std::string text = first_line(step, dry_run);
  const std::string_view how = step.action == Action::keep_part ? "damaged" : "lost";
  for (const DamagedBlock& block : step.blocks) text += text_of(block, how);
  if (step.unfound_calls > 0) {
    text += fmt::format("  {} calls of blocks that aren't found are lost\n",
                        with_commas(step.unfound_calls));
  }
  return text;
}

}  // namespace

Result<void> repair(const std::string& directory, storage::RepairOptions options, std::FILE* out) {
  FORTNIGHT_TRY(check_data_directory(directory));
  std::unique_ptr<storage::DirectoryLock> lock;
  if (!options.dry_run) {
    FORTNIGHT_ASSIGN(lock, storage::lock_directory(directory));
    FORTNIGHT_ASSIGN(const auto obstacles, storage::clear_obstacles(directory));
    for (const std::string& path : obstacles) {
      FORTNIGHT_TRY(
          write(out, fmt::format("{} was in the place of a file or directory of the store; "
                                 "it is in {}/ now\n",
                                 path, storage::kQuarantineDirectory)));
    }
  }
  const auto files = storage::posix_file_system(directory);
  const auto report = storage::repair_store(*files, options);
  if (!report) return report.error().within(directory);
  for (const RepairStep& step : report->steps) {
    FORTNIGHT_TRY(write(out, text_of(step, options.dry_run)));
  }
  if (report->left_alone) {
    const Error& error = *report->left_alone;
    return Error{error.code, error.message + "; it stays as it is"};
  }
  if (report->steps.empty()) FORTNIGHT_TRY(write(out, "nothing to repair\n"));
  if (report->lost_calls + report->kept_damaged == 0) return {};
  return corrupt(fmt::format(
      "{} calls are lost; {} damaged files are left as they are, since queries can still read "
      "more of them than could be saved",
      with_commas(report->lost_calls), report->kept_damaged));
}

}  // namespace fortnight::segment
