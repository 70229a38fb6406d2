// ERASE and ERASURES: calls that go for good.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <map>

#include "access/sealer.h"
#include "access/secret.h"
#include "base/bytes.h"
#include "base/civil_time.h"
#include "query/filters.h"
#include "query/restricted_store.h"
#include "query/verbs.h"
#include "storage/erasure.h"

namespace fortnight::query {
namespace {

constexpr TimeNs kConfirmWithin = 15 * 60 * kNsPerSecond;

// What is to be erased.
struct Target {
  std::string_view filter;
  std::string value;
  std::vector<storage::Predicate> predicates;
};

using Subject = storage::Predicate::Subject;

Parsed<Target> target_of(const VerbContext& verb) {
  struct Filter {
    std::string_view name;
    Subject subject;
  };
  static constexpr std::array<Filter, 3> kFilters = {
      {{"account", Subject::field}, {"id", Subject::any_id}, {"text", Subject::text}}};
  Target target;
  for (const Filter& filter : kFilters) {
    const Value* value = verb.request.option(filter.name);
    if (value == nullptr) continue;
    if (!target.filter.empty()) {
      return bad_request(value->column, "ERASE takes one of account=, id= and text=, not several");
    }
    if (value->text.empty()) return bad_request(value->column, "expected a value that isn't empty");
    target.filter = filter.name;
    target.value = value->text;
    storage::Predicate& predicate = target.predicates.emplace_back();
    predicate.subject = filter.subject;
    predicate.field = storage::TextField::account;
    predicate.patterns = {exactly(value->text)};
  }
  if (target.filter.empty()) return bad_request(1, "ERASE takes account=, id= or text=");
  return target;
}

// What a dry run found, and what its confirmation must be about.
struct Seen {
  std::uint64_t end_seq = 0;  // calls with lower numbers
  std::uint64_t calls = 0;
  TimeNs expires = 0;  // whole seconds
};

// Everything that a confirmation is bound to.
std::string message_of(const Target& target, const access::Identity& reader, const Seen& seen) {
  std::string message;
  ByteWriter out(message);
  out.text(target.filter);
  out.text(target.value);
  out.text(reader.name());
  out.u8(reader.accounts() ? 1 : 0);
  for (const std::string& account : reader.accounts().value_or(std::vector<std::string>())) {
    out.text(account);
  }
  out.u64(seen.end_seq);
  out.u64(seen.calls);
  out.signed_varint(seen.expires);
  return message;
}

// "<expires>-<end_seq>-<calls>-<code>", numbers in decimal.
std::string confirmation_of(const VerbContext& verb, const Target& target, const Seen& seen) {
  const std::string message = message_of(target, *verb.request.reader, seen);
  return fmt::format("{}-{}-{}-{}", seen.expires / kNsPerSecond, seen.end_seq, seen.calls,
                     verb.context.erasing.sealer->code_of(message));
}

std::optional<std::uint64_t> take_number_before_dash(std::string_view& text) {
  std::uint64_t number = 0;
  const auto [stop, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
  const auto length = static_cast<std::size_t>(stop - text.data());
  if (failed != std::errc() || length == text.size() || text[length] != '-') return std::nullopt;
  text.remove_prefix(length + 1);
  return number;
}

Parsed<Seen> confirmed(const VerbContext& verb, const Target& target, const Value& confirm) {
  const RequestError refused = bad_request(
      confirm.column,
      "this confirmation is of another request, reader or daemon, or older than 15 minutes: ask "
      "without confirm= again");
  std::string_view text = confirm.text;
  const auto expires = take_number_before_dash(text);
  const auto end_seq = take_number_before_dash(text);
  const auto calls = take_number_before_dash(text);
  if (!expires || !end_seq || !calls) return refused;
  if (*expires > static_cast<std::uint64_t>(kMaxTime / kNsPerSecond)) return refused;
  const Seen seen{*end_seq, *calls, static_cast<TimeNs>(*expires) * kNsPerSecond};
  const std::string message = message_of(target, *verb.request.reader, seen);
  if (!verb.context.erasing.sealer->is_code_of(message, text)) return refused;
  if (verb.request.now >= seen.expires || seen.expires - verb.request.now > 2 * kConfirmWithin) {
    return refused;
  }
  return seen;
}

void write_days(const std::map<Day, std::uint64_t>& days, JsonWriter& json) {
  json.key("days").open_array();
  for (const auto& [day, calls] : days) {
    json.open_object().key("date").text(day_to_string(day)).key("calls").number(calls);
    json.close_object();
  }
  json.close_array();
}

Answer close_with(const storage::Completeness& completeness) {
  Summary summary;
  summary.completeness(completeness, true, true);
  return summary.close();
}

Answer dry_run(const VerbContext& verb, const Target& target) {
  const storage::StoreReader& store = *verb.request.store;
  const auto next_seq = store.next_seq();
  if (!next_seq) return store_error(next_seq.error());
  storage::CallQuery query;
  query.predicates = target.predicates;
  query.end_seq = *next_seq;
  query.order = storage::Order::any;
  query.limit = std::numeric_limits<std::uint64_t>::max();
  query.with_ids = false;
  query.fields.reset();
  std::map<Day, std::uint64_t> days;
  Seen seen{*next_seq, 0, 0};
  const auto scanned = store.scan(query, verb.budget, [&](storage::CallRecord&& call) {
    ++days[call.ref.day];
    ++seen.calls;
    return true;
  });
  if (!scanned) return store_error(scanned.error());
  seen.expires = (verb.request.now + kConfirmWithin) / kNsPerSecond * kNsPerSecond;
  std::string row;
  JsonWriter json(row);
  json.open_object().key("calls").number(seen.calls);
  write_days(days, json);
  json.key("confirm").text(confirmation_of(verb, target, seen)).key("expires");
  write_time(seen.expires, 0, json);
  json.close_object();
  FORTNIGHT_TRY(give(verb, row));
  return close_with(scanned->completeness);
}

Answer erase(const VerbContext& verb, Target&& target, const Seen& seen) {
  const access::Identity& reader = *verb.request.reader;
  FORTNIGHT_ASSIGN(const std::size_t now, verb.request.choice("now"));
  storage::ErasureOrder order;
  order.predicates = std::move(target.predicates);
  // Rejected lines belong to no account.
  if (!reader.accounts()) order.text = target.value;
  if (auto own = own_calls(reader)) order.predicates.push_back(*std::move(own));
  order.end_seq = seen.end_seq;
  order.now = now != 0;
  order.by = reader.name();
  order.filter = target.filter;
  order.sha256 = access::hex_of(access::digest_of(target.value));
  const auto erased = verb.context.erasing.eraser->erase(order, verb.budget, verb.request.now);
  if (!erased) return store_error(erased.error());
  const storage::Erasure& erasure = erased->erasure;
  std::string row;
  JsonWriter json(row);
  json.open_object().key("erasure").number(erasure.number).key("calls").number(erasure.calls());
  write_days(erasure.days, json);
  json.key("rejects").number(erasure.rejects).key("quarantined").number(erasure.quarantined);
  json.key("off_disk_by");
  write_time(verb.request.now + storage::kErasedFilesGoneAfter, 0, json);
  json.close_object();
  FORTNIGHT_TRY(give(verb, row));
  return close_with(erased->completeness);
}

}  // namespace

Answer answer_erase(const VerbContext& verb) {
  const Erasing& erasing = verb.context.erasing;
  if (erasing.eraser == nullptr || !erasing.enabled) {
    return RequestError("unsupported",
                        "nothing can be erased here, unless the configuration has "
                        "erasure: {enabled: true}");
  }
  FORTNIGHT_ASSIGN(Target target, target_of(verb));
  const Value* confirm = verb.request.option("confirm");
  if (confirm == nullptr) {
    const Value* now = verb.request.option("now");
    if (now != nullptr) return bad_request(now->column, "now= goes with confirm=");
    return dry_run(verb, target);
  }
  FORTNIGHT_ASSIGN(const Seen seen, confirmed(verb, target, *confirm));
  return erase(verb, std::move(target), seen);
}

Answer answer_erasures(const VerbContext& verb) {
  constexpr std::uint64_t default_shown = 100;
  FORTNIGHT_ASSIGN(const std::uint64_t limit,
                   verb.request.number("limit", default_shown, verb.context.limits.rows));
  if (verb.context.erasing.eraser == nullptr) {
    return RequestError("unsupported", "nothing can be erased here");
  }
  const auto certificates = verb.context.erasing.eraser->certificates();
  if (!certificates) return store_error(certificates.error());
  std::uint64_t given = 0;
  for (auto line = certificates->rbegin(); line != certificates->rend() && given < limit; ++line) {
    FORTNIGHT_TRY(give(verb, *line));
    ++given;
  }
  Summary summary;
  summary.json().key("erasures").number(certificates->size());
  return summary.close();
}

}  // namespace fortnight::query
