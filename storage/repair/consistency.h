// Compares a day's calls with its rollups.
#pragma once

#include <map>
#include <vector>

#include "base/time.h"
#include "storage/repair/inspection.h"

namespace fortnight::storage {

struct DayFiles {
  std::vector<const StoredFile*> parts;
  std::vector<const StoredFile*> rollups;  // without rollups of late calls, which aren't kept
};

std::map<Day, DayFiles> files_by_day(const Inspection& store);

// Whether any file of the day can't be opened.
bool has_damage(const DayFiles& files);
// Whether the rollups count more calls than exist: lost calls stay counted.
bool counts_more_than_calls(const DayFiles& files);

// Whether the counts of each key in each quarter hour equal those of the calls. True if they can't
// be compared: no calls, or unreadable files.
bool rollups_match_calls(Day day, const DayFiles& files);

}  // namespace fortnight::storage
