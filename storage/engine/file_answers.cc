#include "storage/engine/file_answers.h"

#include <algorithm>
#include <string>
#include <utility>

#include "base/bytes.h"

namespace fortnight::storage {
namespace {

enum class AnswerKind : std::uint8_t { counts, failures };

// The query's edges within a file's time, and the bucket of the first piece.
struct Pieces {
  std::vector<TimeNs> edges;
  std::size_t first_bucket = 0;
};

// Requires that the file's time overlaps the range of the edges.
Pieces cut(const AnsweringFile& file, const std::vector<TimeNs>& edges) {
  const TimeNs from = std::max(file.from, edges.front());
  const TimeNs to = std::min(file.to, edges.back());
  const auto inner = std::upper_bound(edges.begin(), edges.end(), from);
  Pieces pieces{{from}, static_cast<std::size_t>(inner - edges.begin()) - 1};
  pieces.edges.insert(pieces.edges.end(), inner, std::lower_bound(inner, edges.end(), to));
  pieces.edges.push_back(to);
  return pieces;
}

// Erased calls never come back, so their number identifies them.
void begin_question(AnswerKind kind, const AnsweringFile& file,
                    const std::vector<Predicate>& predicates, ByteWriter& out) {
  out.u8(static_cast<std::uint8_t>(kind));
  out.u8(static_cast<std::uint8_t>(file.name.kind));
  out.varint(file.name.number);
  out.signed_varint(file.name.day);
  out.varint(file.erased);
  out.text(cache_key(predicates));
}

std::string cache_key(const AnsweringFile& file, const CountQuery& query) {
  std::string key;
  ByteWriter out(key);
  begin_question(AnswerKind::counts, file, query.predicates, out);
  out.u8(query.by_status ? 1 : 0);
  out.varint(query.by_field ? static_cast<std::uint64_t>(*query.by_field) + 1 : 0);
  out.varint(query.by_code.size());
  for (const std::string& pointer : query.by_code) out.text(pointer);
  for (const TimeNs edge : query.edges) out.signed_varint(edge);
  return key;
}

std::string cache_key(const AnsweringFile& file, const FailureQuery& query) {
  std::string key;
  ByteWriter out(key);
  begin_question(AnswerKind::failures, file, query.predicates, out);
  out.signed_varint(query.from);
  out.signed_varint(query.to);
  for (const std::string& pointer : query.codes) out.text(pointer);
  return key;
}

}  // namespace

void FileCounts::add_to(CountAnswer& sum) const {
  if (answer == nullptr) return;
  sum.groups.add(answer->groups, first_bucket);
  sum.past_cap += answer->past_cap;
  sum.completeness += completeness;
}

Result<FileCounts> counts_of_file(const AnswerMemory& memory, const AnsweringFile& file,
                                  const CountQuery& query, const CountFile& count) {
  FileCounts out;
  if (file.to <= query.edges.front() || file.from >= query.edges.back()) return out;
  CountQuery within = query;
  Pieces pieces = cut(file, query.edges);
  within.edges = std::move(pieces.edges);
  std::string key = cache_key(file, within);
  out.first_bucket = pieces.first_bucket;
  out.answer = memory.find<FileCounts::Answer>(key);
  if (out.answer != nullptr) return out;
  CountAnswer of_file;
  FORTNIGHT_TRY(count(within, of_file));
  out.completeness = of_file.completeness;
  const std::size_t bytes = of_file.groups.bytes();
  FileCounts::Answer answer{std::move(of_file.groups), of_file.past_cap};
  // A file that can't be read now may be readable later.
  out.answer = out.completeness.complete
                   ? memory.keep(std::move(key), std::move(answer), bytes)
                   : std::make_shared<const FileCounts::Answer>(std::move(answer));
  return out;
}

Result<void> add_counts(const AnswerMemory& memory, const AnsweringFile& file,
                        const CountQuery& query, const Budget& budget, const CountFile& count,
                        CountAnswer& answer) {
  const Budget::Reservation held = budget.reserve(answer.groups.bytes());
  FORTNIGHT_ASSIGN(const FileCounts counts, counts_of_file(memory, file, query, count));
  counts.add_to(answer);
  return {};
}

Result<void> add_failures(const AnswerMemory& memory, const AnsweringFile& file,
                          const FailureQuery& query, const Budget& budget, const FindFailures& find,
                          FoundFailures& answer) {
  if (file.to <= query.from || file.from >= query.to) return {};
  FailureQuery within = query;
  within.from = std::max(query.from, file.from);
  within.to = std::min(query.to, file.to);
  std::string key = cache_key(file, within);
  if (const auto known = memory.find<Failures>(key)) {
    answer.failures.add(*known);
    return {};
  }
  FoundFailures of_file;
  {
    const Budget::Reservation held = budget.reserve(answer.failures.bytes());
    FORTNIGHT_TRY(find(within, of_file));
  }
  answer.failures.add(of_file.failures);
  answer.completeness += of_file.completeness;
  if (!of_file.completeness.complete) return {};
  const std::size_t bytes = of_file.failures.bytes();
  memory.keep(std::move(key), std::move(of_file.failures), bytes);
  return {};
}

}  // namespace fortnight::storage
