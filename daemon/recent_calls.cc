#include "daemon/recent_calls.h"

#include <variant>

#include "daemon/log.h"

namespace fortnight::daemon {
namespace {

using storage::Predicate;
using storage::TextField;

// The calls that the source may bring.
Predicate calls_of(const config::Config& config, const config::Source& source) {
  Predicate predicate;
  predicate.field = TextField::source;
  if (!std::holds_alternative<config::HttpSource>(source.from)) {
    predicate.patterns.push_back({{source.name}});
    return predicate;
  }
  predicate.negated = true;
  for (const config::Source& other : config.sources) {
    if (other.name != source.name) predicate.patterns.push_back({{other.name}});
  }
  return predicate;
}

}  // namespace

std::shared_ptr<intake::RecentCalls> recent_calls_of(const storage::StoreReader& store,
                                                     const config::Config& config,
                                                     const config::Source& source) {
  auto recent = std::make_shared<intake::RecentCalls>(source.deduplicate);
  storage::CallQuery query;
  query.predicates.push_back(calls_of(config, source));
  if (query.predicates.front().patterns.empty()) query.predicates.clear();
  query.order = storage::Order::newest_first;
  query.limit = source.deduplicate;
  query.with_ids = false;
  query.fields.reset();
  for (const TextField field : {TextField::source, TextField::account, TextField::call_id}) {
    query.fields.set(static_cast<std::size_t>(field));
  }
  const auto scanned =
      store.scan(query, storage::Budget(), [&recent](const storage::CallRecord& call) {
        const std::string& call_id = call.field(TextField::call_id);
        if (!call_id.empty()) {
          recent->add(call.field(TextField::source), call.field(TextField::account), call_id);
        }
        return true;
      });
  recent->reverse();
  if (!scanned) {
    log_warning("the IDs of earlier calls can't be read: repeated ones may be taken in",
                {{"source", source.name}, {"error", scanned.error().message}});
  }
  return recent;
}

}  // namespace fortnight::daemon
