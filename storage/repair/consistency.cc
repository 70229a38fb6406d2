#include "storage/repair/consistency.h"

#include <algorithm>

#include "storage/files/file_names.h"

namespace fortnight::storage {
namespace {

// Counts of each quarter hour of the day, grouped by one key per query.
std::vector<CountQuery> counts_to_compare(Day day) {
  CountQuery query;
  for (int quarter = 0; quarter <= kQuartersPerDay; ++quarter) {
    query.edges.push_back(day_start(day) + quarter * kNsPerQuarter);
  }
  std::vector<CountQuery> queries;
  for (const TextField field :
       {TextField::account, TextField::endpoint, TextField::method, TextField::revision}) {
    queries.push_back(query);
    queries.back().by_field = field;
  }
  queries.push_back(query);
  queries.back().by_status = true;
  return queries;
}

// Returns false if a file can't be read.
template <typename Reader>
bool count(const std::vector<const StoredFile*>& files, Reader StoredFile::*reader,
           const CountQuery& query, CountAnswer& answer) {
  for (const StoredFile* file : files) {
    const auto& opened = file->*reader;
    if (opened == nullptr || !opened->count(query, {}, answer)) return false;
  }
  return answer.completeness.complete;
}

}  // namespace

std::map<Day, DayFiles> files_by_day(const Inspection& store) {
  std::map<Day, DayFiles> days;
  for (const StoredFile& file : store.opened) {
    const auto name = FileName::parse(file.path);
    if (!name || name->kind == FileKind::late_rollup) continue;
    DayFiles& day = days[name->day];
    (name->kind == FileKind::rollup ? day.rollups : day.parts).push_back(&file);
  }
  return days;
}

bool has_damage(const DayFiles& files) {
  const auto damaged = [](const StoredFile* file) { return file->error.has_value(); };
  return std::any_of(files.parts.begin(), files.parts.end(), damaged) ||
         std::any_of(files.rollups.begin(), files.rollups.end(), damaged);
}

bool counts_more_than_calls(const DayFiles& files) {
  std::uint64_t calls = 0;
  std::uint64_t counted = 0;
  for (const StoredFile* file : files.parts) {
    if (file->part) calls += file->part->footer().summary.calls;
  }
  for (const StoredFile* file : files.rollups) {
    if (file->rollup) counted += file->rollup->calls();
  }
  return counted > calls;
}

bool rollups_match_calls(Day day, const DayFiles& files) {
  if (files.parts.empty()) return true;
  for (const CountQuery& query : counts_to_compare(day)) {
    CountAnswer calls;
    CountAnswer rollups;
    if (!count(files.parts, &StoredFile::calls, query, calls)) return true;
    if (!count(files.rollups, &StoredFile::rollup, query, rollups)) return true;
    if (calls.groups != rollups.groups) return false;
  }
  return true;
}

}  // namespace fortnight::storage
