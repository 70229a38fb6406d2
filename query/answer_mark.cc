#include "query/answer_mark.h"

#include <algorithm>
#include <variant>

#include "base/bytes.h"
#include "base/checksum.h"
#include "query/verbs.h"

namespace fortnight::query {

namespace {

class NoSink final : public Sink {
 public:
  bool row(std::string_view) override { return false; }
};

struct EdgesOf {
  std::optional<Period> operator()(std::monostate) const { return std::nullopt; }
  std::optional<Period> operator()(const storage::Ref&) const { return std::nullopt; }
  std::optional<Period> operator()(const storage::CallQuery& query) const {
    return Period{query.from, query.to};
  }
  std::optional<Period> operator()(const storage::CountQuery& query) const {
    return Period{query.edges.front(), query.edges.back()};
  }
};

// Adds the rules of a zone within a period. They change with the system's database.
void add_rules(const TimeZone& zone, const Period& period, ByteWriter& out) {
  for (TimeNs time = period.from; time < period.to;) {
    const TimeZone::Stretch stretch = zone.stretch(time);
    time = std::min(stretch.end, period.to);
    out.signed_varint(stretch.offset_ns);
    out.signed_varint(time);
  }
}

// Adds the state of a period; returns false if it may change at any time.
bool add_state(const storage::StoreReader& store, const TimeZone& zone, const Period& period,
               ByteWriter& out) {
  const auto files = store.fingerprint(period.from, period.to);
  const auto rejects = store.count_rejects({period.from, period.to, {}, {}});
  if (!files || !rejects) return false;
  out.signed_varint(period.from);
  out.signed_varint(period.to);
  out.u64(*files);
  out.varint(*rejects);
  add_rules(zone, period, out);
  return true;
}

}  // namespace

std::optional<std::uint64_t> answer_mark(const Context& context, const RequestLine& line) {
  const VerbWords* words = line.words();
  if (words == nullptr || !words->filters || words->verb == Verb::follow) return std::nullopt;
  const Parsed<ParsedRequest> request = understand(context, line);
  // An open period grows; planning a count over it would read calls.
  const bool open = request && request->period.everything() && request->option("cursor") == nullptr;
  if (!request || open) return std::nullopt;
  NoSink sink;
  ScanProgress progress;
  const Parsed<Plan> plan = plan_verb({context, *request, sink, {}, progress});
  const auto period = plan ? std::visit(EdgesOf(), *plan) : std::nullopt;
  if (!period) return std::nullopt;
  std::string state;
  ByteWriter out(state);
  out.text(line.text());
  out.text(request->zone.name());
  out.u64(context.settings);
  if (!add_state(*request->store, request->zone, *period, out)) return std::nullopt;
  const Parsed<std::optional<Shift>> shift = request->shift(request->period);
  if (!shift) return std::nullopt;
  if (*shift) {
    const Period compared = compared_period(**shift, request->period).period;
    if (!add_state(*request->store, request->zone, compared, out)) return std::nullopt;
  }
  return checksum64(state);
}

}  // namespace fortnight::query
