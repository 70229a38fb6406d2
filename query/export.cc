// EXPORT: all matching calls, as whole lines or as selected fields.
#include <fmt/format.h>

#include <algorithm>

#include "config/nearest_name.h"
#include "query/filters.h"
#include "query/pointer_values.h"
#include "query/verbs.h"

namespace fortnight::query {

namespace {

using storage::CallRecord;

// One field of fields=, and how its value is written.
struct Column {
  std::string name;
  std::optional<storage::TextField> field;
  std::optional<JsonPointer> pointer;
};

Parsed<Column> column_of(const Value& value, const Context& context) {
  Column column{value.text, text_field(value.text), std::nullopt};
  if (column.field) return column;
  if (value.text.starts_with('/')) {
    column.pointer = JsonPointer::parse(value.text);
    if (column.pointer) return column;
  }
  const std::vector<std::string_view> known = exported_names(context);
  if (std::find(known.begin(), known.end(), value.text) != known.end()) return column;
  if (value.text.starts_with('/')) return no_pointer(value.column, value.text);
  const std::string_view nearest = config::nearest_name(value.text, known);
  return bad_request(value.column,
                     fmt::format("no field \"{}\"{}; expected JSON pointers or some of {}",
                                 value.text, did_you_mean(nearest), fmt::join(known, " ")),
                     nearest);
}

void write_column(const CallRecord& call, const Column& column, JsonWriter& row) {
  row.key(column.name);
  if (column.field) {
    row.text_or_null(call.field(*column.field));
  } else if (column.pointer) {
    write_scalars(call.line, *column.pointer, row);
  } else if (column.name == "ts") {
    write_time(call.ts, call.ts_digits, row);
  } else if (column.name == "status") {
    write_status(call.status, row);
  } else if (column.name == "duration_ms") {
    write_duration(call.duration_ns, row);
  } else if (column.name == "ref") {
    row.text(call.ref.to_string());
  } else {
    write_ids(call, column.name, row);
  }
}

// Makes the store read what the columns need and nothing else.
void want(const std::vector<Column>& columns, storage::CallQuery& query) {
  query.with_line = columns.empty();
  query.with_ids = false;
  query.fields.reset();
  for (const Column& column : columns) {
    if (column.field) {
      query.fields.set(static_cast<std::size_t>(*column.field));
    } else if (column.pointer) {
      query.with_line = true;
    } else {
      const bool number = column.name == "ts" || column.name == "status" ||
                          column.name == "duration_ms" || column.name == "ref";
      query.with_ids = query.with_ids || !number;
    }
  }
}

// Builds a row: the line itself, or an object with the selected columns.
void make_row(CallRecord&& call, const std::vector<Column>& columns, std::string& row) {
  if (columns.empty()) {
    row = std::move(call.line);
    return;
  }
  JsonWriter json(row);
  json.open_object();
  for (const Column& column : columns) write_column(call, column, json);
  json.close_object();
}

struct Rows {
  storage::CallQuery query;
  std::vector<Column> columns;  // empty: whole lines
};

Parsed<Rows> rows_of(const VerbContext& verb) {
  const ParsedRequest& request = verb.request;
  Rows rows{call_query(request), {}};
  FORTNIGHT_ASSIGN(rows.query.order, request.order(storage::Order::oldest_first));
  rows.query.limit = std::numeric_limits<std::uint64_t>::max();
  if (const auto fields = request.options.find("fields"); fields != request.options.end()) {
    for (const Value& value : fields->second.values) {
      const bool twice =
          std::any_of(rows.columns.begin(), rows.columns.end(),
                      [&](const Column& column) { return column.name == value.text; });
      if (twice) return given_twice(value);
      FORTNIGHT_ASSIGN(Column column, column_of(value, verb.context));
      rows.columns.push_back(std::move(column));
    }
  }
  want(rows.columns, rows.query);
  return rows;
}

}  // namespace

Parsed<Plan> plan_export(const VerbContext& verb) {
  FORTNIGHT_ASSIGN(Rows rows, rows_of(verb));
  return Plan{std::move(rows.query)};
}

Answer answer_export(const VerbContext& verb) {
  const ParsedRequest& request = verb.request;
  FORTNIGHT_ASSIGN(const Rows rows, rows_of(verb));
  FORTNIGHT_ASSIGN(const storage::ScanSummary scanned,
                   scan_rows(verb, rows.query, [&](CallRecord&& call, std::string& row) {
                     make_row(std::move(call), rows.columns, row);
                   }));
  const std::uint64_t calls = verb.progress.given.calls;
  Summary summary;
  summary.json().key("calls").number(calls);
  summary.completeness(scanned.completeness, request.period.everything(), calls != 0);
  FORTNIGHT_TRY(summary.rejected(verb, request.period));
  summary.period(request, request.period);
  if (calls == 0) summary.no_data(verb, rows.query);
  return summary.close();
}

}  // namespace fortnight::query
