#include "tests/support/model_store.h"

#include <algorithm>

#include "storage/failures.h"

namespace fortnight::tests {

namespace {

using namespace storage;

CallRecord record_of(const Batch& batch, const Call& call, std::uint64_t seq) {
  CallRecord record;
  record.ref = {day_of(call.ts), seq};
  record.ts = call.ts;
  record.ts_digits = call.ts_digits;
  record.duration_ns = call.duration_ns;
  record.status = call.status;
  for (std::size_t i = 0; i < kTextFields; ++i) record.text[i] = batch.view(call.text[i]);
  for_each_id(batch, call, [&](std::string_view kind, std::string_view value) {
    record.ids.emplace_back(kind, value);
  });
  append_line(batch, call, record.line);
  return record;
}

bool earlier(const CallRecord& a, const CallRecord& b) {
  return a.ts != b.ts ? a.ts < b.ts : a.ref.seq < b.ref.seq;
}

bool behind(const CallRecord& record, const CallQuery& query) {
  if (!query.after) return true;
  CallRecord cursor;
  cursor.ts = query.after->ts;
  cursor.ref.seq = query.after->seq;
  return query.order == Order::newest_first ? earlier(record, cursor) : earlier(cursor, record);
}

bool countable_field(TextField field) {
  return field == TextField::account || field == TextField::endpoint ||
         field == TextField::method || field == TextField::revision;
}

bool countable(const std::vector<Predicate>& predicates) {
  return std::all_of(predicates.begin(), predicates.end(), [](const Predicate& p) {
    return p.subject == Predicate::Subject::status ||
           (p.subject == Predicate::Subject::field && countable_field(p.field) && p.bounds.empty());
  });
}

// Whether counts are enough to answer.
bool countable(const CountQuery& query) {
  if (query.by_field && !countable_field(*query.by_field)) return false;
  return query.by_code.empty() && countable(query.predicates);
}

std::string code_of(const FlatLine& flat, const std::vector<std::string>& pointers) {
  for (const std::string& pointer : pointers) {
    if (!flat.at(pointer).empty()) return flat.at(pointer);
  }
  return {};
}

std::string group_of(const CallRecord& record, const FlatLine& flat, const CountQuery& query) {
  if (query.by_field) return record.field(*query.by_field);
  if (const std::string code = code_of(flat, query.by_code); !code.empty()) return code;
  return query.by_status ? std::to_string(record.status) : std::string();
}

// The bucket that contains `time`, if any.
std::optional<std::size_t> bucket_of(const std::vector<TimeNs>& edges, TimeNs time) {
  const auto above = std::upper_bound(edges.begin(), edges.end(), time);
  if (above == edges.begin() || above == edges.end()) return std::nullopt;
  return static_cast<std::size_t>(above - edges.begin()) - 1;
}

void add_to(CountAnswer& answer, const CallRecord& record, const FlatLine& flat,
            const CountQuery& query, std::size_t bucket) {
  const CountGroups::Group group = answer.groups.at(group_of(record, flat, query));
  answer.groups.of(group, bucket) += Counts{1, is_error(record.status) ? 1U : 0U};
}

}  // namespace

void ModelStore::forget(Entry& entry) {
  CallRecord counted;
  counted.ref = entry.record.ref;
  counted.ts = floor_div(entry.record.ts, kNsPerQuarter) * kNsPerQuarter;
  counted.status = entry.record.status;
  for (const TextField field :
       {TextField::account, TextField::endpoint, TextField::method, TextField::revision}) {
    counted.text[static_cast<std::size_t>(field)] = entry.record.field(field);
  }
  const FailureSighting seen{entry.record.ts, entry.record.ts_digits, entry.record.ref};
  entry = Entry{std::move(counted), flatten(entry.record.line), entry.late, seen};
}

Result<void> ModelStore::append(Append&& append, TimeNs now) {
  for (const Call& call : append.batch.calls) {
    Entry entry{record_of(append.batch, call, next_seq_++), {}, false};
    const Day day = day_of(call.ts);
    first_kept_ = std::max(first_kept_, day_of(now) - retention_days_);
    if (day < first_kept_) {
      entry.late = true;
      forget(entry);
      counted_.push_back(std::move(entry));
    } else {
      entry.flat = flatten(entry.record.line);
      kept_.push_back(std::move(entry));
    }
  }
  rejects_.insert(rejects_.end(), append.rejects.begin(), append.rejects.end());
  for (const Position& position : append.positions) {
    positions_[position.key] = position.value;
    if (position.value.empty()) positions_.erase(position.key);
  }
  return {};
}

std::uint64_t ModelStore::erase(const std::vector<Predicate>& predicates) {
  return std::erase_if(kept_, [&](const Entry& entry) { return matches(entry, predicates); });
}

// Only calls that were counted are known to be missing.
void ModelStore::note_dropped(TimeNs from, TimeNs to, Completeness& out) const {
  for (const Entry& entry : counted_) {
    const Day day = day_of(entry.record.ts);
    if (day_start(day) < to && day_start(day + 1) > from) out.complete = false;
  }
  if (!out.complete) out.retained_from = day_start(first_kept_);
}

std::optional<TimeRange> ModelStore::extent() const {
  std::optional<TimeRange> all;
  const auto add = [&](TimeNs from, TimeNs to) {
    if (!all) all = {from, to};
    all = {std::min(all->from, from), std::max(all->to, to)};
  };
  for (const Entry& entry : kept_) add(day_start(day_of(entry.record.ts)), entry.record.ts + 1);
  for (const Entry& entry : counted_) {
    const Day day = day_of(entry.record.ts);
    add(day_start(day), day_start(day + 1));
  }
  return all;
}

Result<void> ModelStore::scan_into(const CallQuery& query, const Budget& budget,
                                   const CallVisitor& visit, ScanSummary& summary) const {
  std::vector<const Entry*> found;
  for (const Entry& entry : kept_) {
    const CallRecord& record = entry.record;
    if (record.ts >= query.from && record.ts < query.to && record.ref.seq >= query.first_seq &&
        record.ref.seq < query.end_seq && behind(record, query) &&
        matches(entry, query.predicates)) {
      found.push_back(&entry);
    }
  }
  std::sort(found.begin(), found.end(), [&](const Entry* a, const Entry* b) {
    return query.order == Order::newest_first ? earlier(b->record, a->record)
                                              : earlier(a->record, b->record);
  });
  summary.next_seq = next_seq_;
  note_dropped(query.from, query.to, summary.completeness);
  std::uint64_t visited = 0;
  for (const Entry* entry : found) {
    if (visited == query.limit) {
      summary.more = true;
      break;
    }
    FORTNIGHT_TRY(budget.check());
    CallRecord record = entry->record;
    for (std::size_t field = 0; field < kTextFields; ++field) {
      if (!query.fields[field]) record.text[field].clear();
    }
    if (!query.with_ids) record.ids.clear();
    for (const std::string& pointer : query.pointers) {
      record.scalars.push_back(entry->flat.at(pointer));
    }
    if (!query.with_line) record.line.clear();
    ++visited;
    if (!visit(std::move(record))) break;
  }
  return {};
}

Result<CountAnswer> ModelStore::count(const CountQuery& query, TimeNs /*now*/,
                                      const Budget& budget) const {
  FORTNIGHT_TRY(budget.check());
  CountAnswer answer;
  const bool from_calls = !countable(query);
  answer.basis = from_calls ? Basis::calls : Basis::counts;
  if (from_calls) {
    note_dropped(query.edges.front(), query.edges.back(), answer.completeness);
  }
  for (const Entry& entry : kept_) {
    const auto bucket = bucket_of(query.edges, entry.record.ts);
    if (bucket && matches(entry, query.predicates)) {
      add_to(answer, entry.record, entry.flat, query, *bucket);
    }
  }
  if (from_calls) return answer;

  // Beyond retention only quarters are known: each belongs to the bucket in which it begins.
  std::vector<TimeNs> edges = query.edges;
  edges.front() = floor_div(edges.front(), kNsPerQuarter) * kNsPerQuarter;
  for (const Entry& entry : counted_) {
    const auto bucket = bucket_of(edges, entry.record.ts);
    if (!bucket || !matches(entry, query.predicates)) continue;
    add_to(answer, entry.record, entry.flat, query, *bucket);
    answer.late += entry.late ? 1 : 0;
  }
  answer.rounded = std::any_of(query.edges.begin(), query.edges.end(), [&](TimeNs edge) {
    return edge % kNsPerQuarter != 0 && day_of(edge) < first_kept_;
  });
  return answer;
}

// Beyond retention whole quarters are counted; the exact times are known only for whole hours of
// all accounts.
Result<FailureAnswer> ModelStore::failures(const FailureQuery& query, const Budget& budget) const {
  if (query.first_ever) {
    FailureQuery once = query;
    once.first_ever = false;
    FORTNIGHT_ASSIGN(FailureAnswer answer, failures(once, budget));
    FORTNIGHT_ASSIGN(const FailureAnswer all,
                     failures({.predicates = {}, .codes = query.codes}, {}));
    note_first_ever(all.groups, answer.groups);
    return answer;
  }
  if (!countable(query.predicates)) {
    auto answer = StoreReader::failures(query, budget);
    if (answer) answer->basis = Basis::calls;
    return answer;
  }
  const bool by_account =
      std::any_of(query.predicates.begin(), query.predicates.end(), [](const Predicate& asked) {
        return asked.subject == Predicate::Subject::field && asked.field == TextField::account;
      });
  FoundFailures found;
  found.basis = Basis::counts;
  const auto add = [&](const Entry& entry, const FailureSighting& seen) {
    const CallRecord& record = entry.record;
    const std::string code = code_of(entry.flat, query.codes);
    const auto kind = found.failures.kind_of(
        {.endpoint = record.field(TextField::endpoint), .status = record.status, .code = code});
    found.failures.see(kind, found.failures.account_of(record.field(TextField::account)));
    found.failures.add(kind, 1, seen, seen);
  };
  const auto wanted = [&](const Entry& entry) {
    return is_error(entry.record.status) && matches(entry, query.predicates);
  };
  for (const Entry& entry : kept_) {
    const CallRecord& record = entry.record;
    if (record.ts < query.from || record.ts >= query.to || !wanted(entry)) continue;
    add(entry, {record.ts, record.ts_digits, record.ref});
    FORTNIGHT_TRY(budget.check_memory(found.failures.bytes()));
  }
  for (const Entry& entry : counted_) {
    const TimeNs quarter = entry.record.ts;
    if (quarter + kNsPerQuarter <= query.from || quarter >= query.to || !wanted(entry)) continue;
    const Day day = day_of(quarter);
    const TimeNs from = std::max(query.from, day_start(day));
    const TimeNs to = std::min(query.to, day_start(day + 1));
    const auto in_first_quarter = [](TimeNs time) { return time % kNsPerHour < kNsPerQuarter; };
    const auto in_last_quarter = [](TimeNs time) {
      return time % kNsPerHour == 0 || time % kNsPerHour > kNsPerHour - kNsPerQuarter;
    };
    const bool exact = !by_account && in_first_quarter(from) && in_last_quarter(to);
    add(entry, exact ? entry.seen : FailureSighting{quarter, 0, {day, 0}});
    found.late += entry.late ? 1 : 0;
  }
  for (const TimeNs edge : {query.from, query.to}) {
    if (edge == kMinTime || edge == kMaxTime) continue;
    if (edge % kNsPerQuarter != 0 && day_of(edge) < first_kept_) found.rounded = true;
  }
  return answer_of(std::move(found));
}

Result<std::optional<CallRecord>> ModelStore::fetch(const Ref& ref, const Budget&) const {
  for (const Entry& entry : kept_) {
    if (entry.record.ref == ref) return std::optional<CallRecord>(entry.record);
  }
  return std::optional<CallRecord>();
}

Result<RejectPage> ModelStore::rejects(const RejectQuery& query, const Budget&) const {
  RejectPage page;
  for (std::uint64_t number = 0; number < rejects_.size(); ++number) {
    const Reject& reject = rejects_[number];
    const bool behind = !query.after || std::pair(reject.at, number) <
                                            std::pair(query.after->at, query.after->number);
    if (behind && reject.at >= rejects_kept_from_ && reject.at >= query.filter.from &&
        reject.at < query.filter.to && query.filter.passes(reject.source, reject.reason)) {
      page.rejects.push_back({number, reject});
    }
  }
  std::sort(page.rejects.begin(), page.rejects.end(), [](const auto& a, const auto& b) {
    return std::pair(a.reject.at, a.number) > std::pair(b.reject.at, b.number);
  });
  page.more = page.rejects.size() > query.limit;
  if (page.more) page.rejects.resize(query.limit);
  return page;
}

Result<std::uint64_t> ModelStore::count_rejects(const RejectFilter& filter) const {
  return static_cast<std::uint64_t>(
      std::count_if(rejects_.begin(), rejects_.end(), [&](const Reject& reject) {
        return reject.at >= filter.from && reject.at < filter.to &&
               filter.passes(reject.source, reject.reason);
      }));
}

Result<ScanSummary> ModelStore::explain(const CallQuery& query) const {
  ScanSummary summary;
  summary.next_seq = next_seq_;
  note_dropped(query.from, query.to, summary.completeness);
  summary.steps = {"every call is looked at"};
  return summary;
}

Result<void> ModelStore::drop_day(Day day) {
  first_kept_ = std::max(first_kept_, day + 1);
  const auto dropped = std::stable_partition(
      kept_.begin(), kept_.end(), [&](const Entry& e) { return day_of(e.record.ts) != day; });
  for (auto entry = dropped; entry != kept_.end(); ++entry) {
    forget(*entry);
    counted_.push_back(std::move(*entry));
  }
  kept_.erase(dropped, kept_.end());
  return {};
}

void ModelStore::expire(TimeNs now) {
  rejects_kept_from_ = day_start(day_of(now) - retention_days_);
  first_kept_ = std::max(first_kept_, day_of(now) - retention_days_);
  std::vector<Day> due;
  for (const Entry& entry : kept_) {
    const Day day = day_of(entry.record.ts);
    if (day + retention_days_ < day_of(now)) due.push_back(day);
  }
  for (const Day day : due) static_cast<void>(drop_day(day));
}

void ModelStore::write_status(TimeNs /*now*/, JsonWriter& out) const {
  out.key("calls").number(kept_.size());
}

}  // namespace fortnight::tests
