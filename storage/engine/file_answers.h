// Computes an answer file by file, and remembers each file's part of it.
#pragma once

#include <functional>
#include <memory>

#include "storage/engine/answer_memory.h"
#include "storage/failures.h"
#include "storage/files/file_names.h"
#include "storage/query.h"

namespace fortnight::storage {

// A file, and the time [from, to) of the calls that it may have.
struct AnsweringFile {
  FileName name;
  TimeNs from = 0;
  TimeNs to = 0;
  std::uint64_t erased = 0;  // the number of its calls that answers leave out
};

// What one file contributes to a count.
struct FileCounts {
  struct Answer {
    CountGroups groups;
    PastCap past_cap;
  };
  std::shared_ptr<const Answer> answer;  // null: the file has nothing in the query's time
  std::size_t first_bucket = 0;          // the bucket of the query that is the answer's first one
  Completeness completeness;

  void add_to(CountAnswer& sum) const;
};

// Returns the file's counts, remembered or computed by `count`, which gets those edges of the query
// that are within the file's time.
using CountFile = std::function<Result<void>(const CountQuery& query, CountAnswer& answer)>;
Result<FileCounts> counts_of_file(const AnswerMemory& memory, const AnsweringFile& file,
                                  const CountQuery& query, const CountFile& count);
// Adds the file's counts to `answer`, whose bytes are reserved meanwhile. On error nothing was
// added.
Result<void> add_counts(const AnswerMemory& memory, const AnsweringFile& file,
                        const CountQuery& query, const Budget& budget, const CountFile& count,
                        CountAnswer& answer);

// The same for failures.
using FindFailures = std::function<Result<void>(const FailureQuery& query, FoundFailures& answer)>;
Result<void> add_failures(const AnswerMemory& memory, const AnsweringFile& file,
                          const FailureQuery& query, const Budget& budget, const FindFailures& find,
                          FoundFailures& answer);

}  // namespace fortnight::storage
