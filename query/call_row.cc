#include "query/call_row.h"

#include <set>

#include "base/civil_time.h"
#include "base/json_walk.h"
#include "base/number_text.h"
#include "query/vocabulary.h"
#include "storage/call/truncated.h"

namespace fortnight::query {

namespace {

using storage::CallRecord;
using storage::TextField;

void write_field(const CallRecord& call, TextField field, JsonWriter& out) {
  out.key(name_of(field)).text_or_null(call.field(field));
}

}  // namespace

void prepare_rows(storage::CallQuery& query) {
  query.pointers = {std::string(storage::kTruncatedPointer)};
}

void prepare_row(CallRecord& call) {
  static const auto pointer = JsonPointer::parse(storage::kTruncatedPointer);
  const auto found = find_scalar(call.line, *pointer);
  call.scalars = {found ? std::string(found->raw) : std::string()};
}

void write_call(const CallRecord& call, const Context& context, JsonWriter& out) {
  out.key("ts");
  write_time(call.ts, call.ts_digits, out);
  write_account(call.field(TextField::account), context, out);
  write_field(call, TextField::method, out);
  write_field(call, TextField::endpoint, out);
  write_field(call, TextField::path, out);
  out.key("status");
  write_status(call.status, out);
  write_field(call, TextField::revision, out);
  out.key("duration_ms");
  write_duration(call.duration_ns, out);
  write_field(call, TextField::call_id, out);
  out.key("ids").open_object();
  std::set<std::string_view> written;
  for (const auto& [kind, value] : call.ids) {
    if (!written.insert(kind).second) continue;
    out.key(kind);
    write_ids(call, kind, out);
  }
  out.close_object();
  write_field(call, TextField::source, out);
  out.key("ref").text(call.ref.to_string());
  if (!call.scalars.empty() && call.scalars.front() == "true") out.key("truncated").boolean(true);
  if (!call.line.empty()) out.key("line").raw(call.line);
}

void write_account(std::string_view account, const Context& context, JsonWriter& out) {
  out.key("account").text_or_null(account);
  const auto known = context.accounts.find(account);
  if (known != context.accounts.end() && !known->second.name.empty()) {
    out.key("account_name").text(known->second.name);
  }
}

void write_time(TimeNs ts, unsigned digits, JsonWriter& out) {
  std::string time;
  append_rfc3339(ts, digits, time);
  out.text(time);
}

void write_counts(const storage::Counts& counts, JsonWriter& out) {
  const double rate = counts.calls == 0
                          ? 0
                          : static_cast<double>(counts.errors) / static_cast<double>(counts.calls);
  out.key("calls").number(counts.calls);
  out.key("errors").number(counts.errors);
  out.key("error_rate").fraction(rate);
}

void write_ids(const CallRecord& call, std::string_view kind, JsonWriter& out) {
  out.open_array();
  for (const auto& [of_kind, value] : call.ids) {
    if (of_kind == kind) out.text(value);
  }
  out.close_array();
}

void write_status(std::int32_t status, JsonWriter& out) {
  if (status == storage::kNoStatus) {
    out.null();
  } else {
    out.number(static_cast<std::uint64_t>(status));
  }
}

void write_duration(std::int64_t duration_ns, JsonWriter& out) {
  if (duration_ns == storage::kNoDuration) {
    out.null();
    return;
  }
  std::string text;
  append_milliseconds(duration_ns, text);
  out.raw(text);
}

}  // namespace fortnight::query
