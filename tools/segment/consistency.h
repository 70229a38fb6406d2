// What a day's calls and its rollups say has to be the same.
#pragma once

#include <map>
#include <vector>

#include "base/time.h"
#include "tools/segment/target.h"

namespace fortnight::segment {

struct DayFiles {
  std::vector<const StoredFile*> parts;
  std::vector<const StoredFile*> rollups;  // but the late ones, which count calls that aren't kept
};

std::map<Day, DayFiles> files_by_day(const Target& target);

// Whether a file of the day can't be opened.
bool has_damage(const DayFiles& files);
// Whether the rollups count more calls than there are: some were lost, and still count.
bool counts_more_than_calls(const DayFiles& files);

// Whether each key's counts in each quarter of the day are those of its calls. True where there is
// nothing to compare: no calls, or files that can't be read.
bool rollups_match_calls(Day day, const DayFiles& files);

}  // namespace fortnight::segment
