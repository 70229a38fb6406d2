#include "storage/engine/view_failures.h"

#include "storage/engine/completeness.h"
#include "storage/engine/file_answers.h"
#include "storage/engine/head_query.h"

namespace fortnight::storage {
namespace {

constexpr std::size_t kCallsBetweenStops = 1024;

Result<void> find_in_part(const PartReader& part, const FailureQuery& query, const Budget& budget,
                          FailureAnswer& answer) {
  ScanSummary summary;
  Result<void> fits;
  const CallVisitor add = adder_to(answer.failures, budget, fits);
  FORTNIGHT_TRY(part.scan(failed_calls(query), budget, add, summary));
  answer.completeness = summary.completeness;
  return fits;
}

Result<void> find_in_head(const View& view, const FailureQuery& query, const Budget& budget,
                          FailureAnswer& answer) {
  const CallQuery calls = failed_calls(query);
  const auto keeps = [&](Day day) { return view.version->manifest.keeps(day); };
  FORTNIGHT_ASSIGN(const auto rows, match_head(view.head, calls, keeps, budget));
  ScalarReader scalars(calls.pointers);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (i % kCallsBetweenStops == 0 && budget.stop) {
      if (auto stop = budget.stop()) return *stop;
    }
    answer.failures.add(to_record(*rows[i].batch, *rows[i].call, calls, scalars));
    FORTNIGHT_TRY(check_groups(answer.failures.bytes(), budget));
  }
  return {};
}

}  // namespace

Result<FailureAnswer> view_failures(const View& view, const FailureQuery& query,
                                    const Budget& budget, const AnswerMemory& memory) {
  const Version& version = *view.version;
  FailureAnswer answer;
  answer.completeness = completeness_of_calls(version, query.from, query.to);
  for (const LivePart* part : version.parts_between(query.from, query.to)) {
    const PartSummary& summary = part->entry.summary;
    FORTNIGHT_TRY(add_failures(
        memory, {part->entry.name, summary.min_ts, summary.max_ts + 1}, query, budget,
        [&](const FailureQuery& within, const Budget& left, FailureAnswer& of_part) {
          return find_in_part(*part->reader, within, left, of_part);
        },
        answer));
    FORTNIGHT_TRY(check_groups(answer.failures.bytes(), budget));
  }
  FORTNIGHT_TRY(find_in_head(view, query, budget, answer));
  return answer;
}

}  // namespace fortnight::storage
