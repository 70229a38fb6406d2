#include "daemon/access.h"

#include "query/vocabulary.h"

namespace fortnight::daemon {

Right right_for(const query::RequestLine& line) {
  if (line.words() == nullptr) return Right::state;
  switch (line.words()->verb) {
    case query::Verb::ping:
    case query::Verb::help:
    case query::Verb::auth:
    case query::Verb::quit:
      return Right::state;
    case query::Verb::activity:
    case query::Verb::top:
    case query::Verb::values:
    case query::Verb::errors:
    case query::Verb::explain:
    case query::Verb::status:
      return Right::counts;
    case query::Verb::logs:
    case query::Verb::follow:
    case query::Verb::job:
    case query::Verb::find:
      return Right::calls;
    case query::Verb::show:
    case query::Verb::twin:
    case query::Verb::export_calls:
    case query::Verb::rejects:
      return Right::bodies;
  }
  return Right::bodies;
}

std::optional<query::RequestError> why_not(const Reader& /*reader*/, Right /*right*/) {
  return std::nullopt;
}

}  // namespace fortnight::daemon
