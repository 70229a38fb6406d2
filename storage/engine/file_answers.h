// Answers that add up file by file, each file's as it is remembered.
#pragma once

#include <functional>

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

// Adds the file's calls to `answer`: as remembered, or by `count`, which is given such of the
// query's edges as fall into the file's time. After an error nothing was added.
using CountFile =
    std::function<Result<void>(const CountQuery& query, const Budget& budget, CountAnswer& answer)>;
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
