// Answers that add up file by file, each file's as it is remembered.
#pragma once

#include <functional>
#include <memory>

#include "storage/engine/answer_memory.h"
#include "storage/files/file_names.h"
#include "storage/store.h"

namespace fortnight::storage {

// A file, and the time [from, to) of the calls that it may hold.
struct AnsweringFile {
  FileName name;
  TimeNs from = 0;
  TimeNs to = 0;
};

// What one file counts in answer to a query.
struct FileCounts {
  struct Answer {
    CountGroups groups;
    PastCap past_cap;
  };
  std::shared_ptr<const Answer> answer;  // null: the file has nothing of the query's time
  std::size_t first_bucket = 0;          // of the query: the answer's first one
  Completeness completeness;

  void add_to(CountAnswer& sum) const;
};

// The file's calls: as remembered, or by `count`, which is given such of the query's edges as fall
// into the file's time. `held`: bytes that the query holds beside its budget's.
using CountFile =
    std::function<Result<void>(const CountQuery& query, const Budget& budget, CountAnswer& answer)>;
Result<FileCounts> counts_of_file(const AnswerMemory& memory, const AnsweringFile& file,
                                  const CountQuery& query, const Budget& budget, std::size_t held,
                                  const CountFile& count);
// Adds them to `answer`. After an error nothing was added.
Result<void> add_counts(const AnswerMemory& memory, const AnsweringFile& file,
                        const CountQuery& query, const Budget& budget, const CountFile& count,
                        CountAnswer& answer);

// The same of failures.
using FindFailures = std::function<Result<void>(const FailureQuery& query, const Budget& budget,
                                                FailureAnswer& answer)>;
Result<void> add_failures(const AnswerMemory& memory, const AnsweringFile& file,
                          const FailureQuery& query, const Budget& budget, const FindFailures& find,
                          FailureAnswer& answer);

}  // namespace fortnight::storage
