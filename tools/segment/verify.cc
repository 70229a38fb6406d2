#include <fmt/format.h>

#include <chrono>
#include <thread>

#include "base/number_text.h"
#include "storage/engine/rejects.h"
#include "storage/repair.h"
#include "tools/segment/commands.h"
#include "tools/segment/table.h"

namespace fortnight::segment {
namespace {

using storage::Problem;

std::string text_of(const Problem& problem) {
  switch (problem.kind) {
    case Problem::Kind::unreadable:
      return with_advice(problem.what, problem.salvageable);
    case Problem::Kind::damage:
      return problem.where + ": " + problem.what;
    case Problem::Kind::loss:
      break;
  }
  std::string text = what_is_lost(problem.name);
  if (problem.salvageable_calls > 0) {
    text += fmt::format("; {} calls of it can be saved: fortnight-segment repair DATA_DIRECTORY",
                        with_commas(problem.salvageable_calls));
  }
  return text;
}

Result<storage::VerifyReport> verify_directory(const std::string& path) {
  const auto files = storage::posix_file_system(path);
  const auto pause = [] { std::this_thread::sleep_for(std::chrono::milliseconds(20)); };
  auto report = storage::verify_store(*files, pause);
  if (!report) return report.error().within(path);
  return report;
}

Result<storage::VerifyReport> verify_file(const std::string& path) {
  storage::VerifyReport report;
  report.files = 1;
  if (holds_rejects(path)) {
    FORTNIGHT_TRY(read_rejects(path));
    return report;
  }
  FORTNIGHT_ASSIGN(const Target target, open_target(path));
  const StoredFile& file = target.store.opened.front();
  for (std::string& problem : storage::problems_of(file)) {
    report.problems.push_back({.where = file.path, .what = std::move(problem)});
  }
  return report;
}

}  // namespace

Result<Verified> verify(const std::string& path, std::FILE* out) {
  FORTNIGHT_ASSIGN(const storage::VerifyReport report,
                   is_directory(path) ? verify_directory(path) : verify_file(path));
  for (const Problem& problem : report.problems) {
    FORTNIGHT_TRY(write(out, text_of(problem) + "\n"));
  }
  return Verified{report.files, report.problems.size()};
}

}  // namespace fortnight::segment
