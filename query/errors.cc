// ERRORS: failed calls, grouped by endpoint, status and error code.
#include <algorithm>
#include <boost/container_hash/hash.hpp>
#include <boost/unordered/unordered_flat_map.hpp>
#include <boost/unordered/unordered_flat_set.hpp>
#include <limits>
#include <tuple>

#include "query/verbs.h"

namespace fortnight::query {

namespace {

using storage::CallRecord;
using storage::TextField;

template <typename Text>
struct KindOf {
  Text endpoint;
  std::int32_t status = 0;
  Text code;

  [[nodiscard]] auto tie() const {
    return std::tuple<std::string_view, std::int32_t, std::string_view>(endpoint, status, code);
  }
};
using Kind = KindOf<std::string>;
using KindView = KindOf<std::string_view>;

// Looked up by views: most calls are of a kind that is known.
struct HashKind {
  using is_transparent = void;
  template <typename Text>
  std::size_t operator()(const KindOf<Text>& kind) const {
    std::size_t seed = 0;
    boost::hash_combine(seed, std::string_view(kind.endpoint));
    boost::hash_combine(seed, kind.status);
    boost::hash_combine(seed, std::string_view(kind.code));
    return seed;
  }
};
struct SameKind {
  using is_transparent = void;
  template <typename A, typename B>
  bool operator()(const KindOf<A>& a, const KindOf<B>& b) const {
    return a.tie() == b.tie();
  }
};

struct Sighting {
  storage::TimeNs ts = 0;
  unsigned ts_digits = 0;
  storage::Ref ref;

  explicit Sighting(const CallRecord& call)
      : ts(call.ts), ts_digits(call.ts_digits), ref(call.ref) {}
  friend bool operator<(const Sighting& a, const Sighting& b) {
    return std::tie(a.ts, a.ref.seq) < std::tie(b.ts, b.ref.seq);
  }
};

struct Failure {
  std::uint64_t calls = 0;
  boost::unordered_flat_set<std::string> accounts;
  Sighting first;
  Sighting last;        // the sample too
  std::string call_id;  // of the last

  explicit Failure(const CallRecord& call)
      : first(call), last(call), call_id(call.field(TextField::call_id)) {}
};

using Failures = boost::unordered_flat_map<Kind, Failure, HashKind, SameKind>;

// The failed call's error code: the first one that its line has; empty where it has none.
std::string_view code_of(const CallRecord& call) {
  const auto found = std::find_if(call.scalars.begin(), call.scalars.end(),
                                  [](const std::string& scalar) { return !scalar.empty(); });
  return found == call.scalars.end() ? std::string_view() : *found;
}

// Calls come in any order. Adds to `held`, roughly, the bytes of memory that it takes.
void add(const CallRecord& call, Failures& failures, std::size_t& held) {
  const KindView kind{call.field(TextField::endpoint), call.status, code_of(call)};
  auto found = failures.find(kind);
  if (found == failures.end()) {
    found = failures
                .emplace(Kind{std::string(kind.endpoint), kind.status, std::string(kind.code)},
                         Failure(call))
                .first;
    held += 2 * sizeof(Failures::value_type) + kind.endpoint.size() + kind.code.size();
  }
  Failure& failure = found->second;
  ++failure.calls;
  const std::string& account = call.field(TextField::account);
  if (failure.accounts.insert(account).second) held += 2 * sizeof(std::string) + account.size();
  const Sighting seen(call);
  if (seen < failure.first) failure.first = seen;
  if (failure.last < seen) {
    failure.last = seen;
    failure.call_id = call.field(TextField::call_id);
  }
}

void write_failure(const Kind& kind, const Failure& failure, storage::JsonWriter& row) {
  row.open_object().key("endpoint").text_or_null(kind.endpoint).key("status");
  write_status(kind.status, row);
  row.key("code").text_or_null(kind.code).key("calls").number(failure.calls);
  row.key("accounts").number(failure.accounts.size()).key("first");
  write_time(failure.first.ts, failure.first.ts_digits, row);
  row.key("last");
  write_time(failure.last.ts, failure.last.ts_digits, row);
  row.key("call_id").text_or_null(failure.call_id);
  row.key("ref").text(failure.last.ref.to_string()).close_object();
}

// What is equal in calls comes by its kind.
Parsed<void> give_largest(const Asking& asking, const Failures& failures, std::uint64_t most) {
  std::vector<const Failures::value_type*> sorted;
  for (const auto& failure : failures) sorted.push_back(&failure);
  std::sort(sorted.begin(), sorted.end(), [](const auto* a, const auto* b) {
    if (a->second.calls != b->second.calls) return a->second.calls > b->second.calls;
    return a->first.tie() < b->first.tie();
  });
  if (sorted.size() > most) sorted.resize(most);
  for (const auto* failure : sorted) {
    std::string row;
    storage::JsonWriter json(row);
    write_failure(failure->first, failure->second, json);
    FORTNIGHT_TRY(give(asking, row));
  }
  return {};
}

}  // namespace

Answer answer_errors(const Asking& asking) {
  const Question& question = asking.question;
  FORTNIGHT_ASSIGN(const std::uint64_t most, question.number("n", 50, asking.context.limits.rows));
  storage::CallQuery query = call_query(question);
  query.limit = std::numeric_limits<std::uint64_t>::max();
  query.order = storage::Order::any;
  query.with_ids = false;
  query.fields.reset();
  for (const TextField field : {TextField::account, TextField::endpoint, TextField::call_id}) {
    query.fields.set(static_cast<std::size_t>(field));
  }
  query.pointers = asking.context.error_code_pointers;
  storage::Predicate failed;
  failed.subject = storage::Predicate::Subject::status;
  failed.bounds = {{storage::Comparison::greater_equal, 400}};
  query.predicates.push_back(std::move(failed));

  Failures failures;
  std::size_t held = 0;
  std::uint64_t calls = 0;
  storage::Result<void> fits;
  const auto scanned = asking.context.store->scan(query, asking.budget, [&](CallRecord&& call) {
    ++calls;
    add(call, failures, held);
    fits = storage::check_groups(held, asking.budget);
    return fits.has_value();
  });
  if (!scanned) return store_error(scanned.error());
  if (!fits) return store_error(fits.error());
  FORTNIGHT_TRY(give_largest(asking, failures, most));

  Summary summary;
  summary.json().key("groups").number(failures.size()).key("errors").number(calls);
  summary.completeness(scanned->completeness, question.period.everything());
  summary.period(question, question.period);
  if (calls == 0) summary.no_data();
  return summary.close();
}

}  // namespace fortnight::query
