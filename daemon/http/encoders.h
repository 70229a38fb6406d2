// Rows and summaries as the bodies of HTTP answers.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "daemon/http/media_type.h"
#include "daemon/http/metrics.h"
#include "daemon/http/problem.h"
#include "daemon/queries/answer_encoder.h"

namespace fortnight::daemon {

// An error behind rows becomes this part of the body.
using MakeProblem = std::function<Problem(const query::RequestError& error)>;

struct EncoderOptions {
  Media media = Media::json;
  // Columns of CSV; empty: the members of the first row. A name without a member of the row is
  // looked for in the row's `ids`.
  std::vector<std::string> columns;
  MakeProblem problem;
  std::function<Measurements()> measurements;  // of `metrics`
};
std::unique_ptr<AnswerEncoder> make_encoder(EncoderOptions options);

// The last bytes of an event stream's beginning, and those that keep it alive. `position`: where it
// is resumed from; empty: nowhere.
std::string stream_beginning(std::string_view position);
std::string still_here(std::string_view position);

}  // namespace fortnight::daemon
