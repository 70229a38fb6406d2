#include "storage/engine/view_failures.h"

#include "storage/engine/completeness.h"
#include "storage/engine/file_answers.h"
#include "storage/engine/head_query.h"

namespace fortnight::storage {

Result<FoundFailures> view_failures(const View& view, const FailureQuery& query,
                                    const Budget& budget, const AnswerMemory& memory) {
  const Version& version = *view.version;
  FoundFailures answer;
  answer.completeness = completeness_of_calls(view, query.from, query.to);
  for (const LivePart* part : version.parts_between(query.from, query.to)) {
    const PartSummary& summary = part->entry.summary;
    FORTNIGHT_TRY(add_failures(
        memory,
        {part->entry.name, summary.min_ts, summary.max_ts + 1, count_of(part->entry.erased)}, query,
        budget,
        [&](const FailureQuery& within, FoundFailures& of_part) {
          return part->reader->failures(within, budget, of_part);
        },
        answer));
    FORTNIGHT_TRY(budget.check_memory(answer.failures.bytes()));
  }
  const auto keeps = [&](Day day) { return version.manifest.keeps(day); };
  FORTNIGHT_TRY(add_failures_of_head(view.head, query, keeps, budget, answer.failures));
  return answer;
}

}  // namespace fortnight::storage
