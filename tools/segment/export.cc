#include <algorithm>
#include <optional>

#include "base/civil_time.h"
#include "base/csv.h"
#include "base/json_walk.h"
#include "base/number_text.h"
#include "query/call_row.h"
#include "query/vocabulary.h"
#include "tools/segment/commands.h"
#include "tools/segment/selection.h"

namespace fortnight::segment {
namespace {

using storage::CallRecord;

const std::vector<std::string> kFields = {"ts",      "account", "method",   "endpoint",
                                          "path",    "status",  "revision", "duration_ms",
                                          "call_id", "source",  "ref"};

struct Column {
  std::string name;
  std::optional<storage::TextField> field;
  std::optional<JsonPointer> pointer;
};

Result<Column> column_of(const std::string& name, const std::vector<std::string>& id_kinds) {
  Column column{name, query::text_field(name), std::nullopt};
  if (name.starts_with('/')) column.pointer = JsonPointer::parse(name);
  const auto in = [&](const auto& names) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  if (column.field || column.pointer || name == "line" || in(kFields) || in(id_kinds)) {
    return column;
  }
  return Error{ErrorCode::invalid, "no field \"" + name + "\""};
}

std::string ids_of(const CallRecord& call, std::string_view kind) {
  std::string text;
  for (const auto& [of_kind, value] : call.ids) {
    if (of_kind != kind) continue;
    if (!text.empty()) text += ' ';
    text += value;
  }
  return text;
}

std::string text_of(const CallRecord& call, const Column& column) {
  if (column.field) return call.field(*column.field);
  std::string text;
  if (column.pointer) {
    const auto scalar = find_scalar(call.line, *column.pointer);
    if (scalar) return std::string(scalar_text(scalar->raw, scalar->is_string, text));
  } else if (column.name == "ts") {
    append_rfc3339(call.ts, call.ts_digits, text);
  } else if (column.name == "status") {
    if (call.status != storage::kNoStatus) text = std::to_string(call.status);
  } else if (column.name == "duration_ms") {
    if (call.duration_ns != storage::kNoDuration) {
      append_milliseconds(call.duration_ns, text);
    }
  } else if (column.name == "ref") {
    text = call.ref.to_string();
  } else if (column.name == "line") {
    text = call.line;
  } else {
    text = ids_of(call, column.name);
  }
  return text;
}

Result<void> export_csv(const Target& target, const storage::CallQuery& query,
                        const std::vector<Column>& columns, std::FILE* out) {
  std::vector<std::string> values(columns.size());
  std::string row;
  const auto write_row = [&](const auto& text_of_column) {
    std::transform(columns.begin(), columns.end(), values.begin(), text_of_column);
    row.clear();
    append_csv_row(values, row);
    return write(out, row);
  };
  FORTNIGHT_TRY(write_row([](const Column& column) { return column.name; }));
  return for_each_call(target, query, [&](const CallRecord& call) {
    return write_row([&](const Column& column) { return text_of(call, column); });
  });
}

Result<void> export_ndjson(const Target& target, const storage::CallQuery& query, std::FILE* out) {
  const query::Context context;
  return for_each_call(target, query, [&](const CallRecord& call) {
    std::string row;
    JsonWriter json(row);
    json.open_object();
    query::write_call(call, context, json);
    json.close_object();
    return write(out, row += '\n');
  });
}

}  // namespace

Result<void> export_calls(const Target& target, const std::vector<std::string>& filters,
                          ExportForm form, const std::vector<std::string>& fields, std::FILE* out) {
  const auto kinds = id_kinds(target);
  FORTNIGHT_ASSIGN(storage::CallQuery query, parse_filters(filters, kinds));
  if (form == ExportForm::ndjson) {
    if (!fields.empty()) return Error{ErrorCode::invalid, "fields are for the CSV form"};
    return export_ndjson(target, query, out);
  }
  std::vector<std::string> names = fields;
  if (names.empty()) {
    names = kFields;
    names.insert(names.end(), kinds.begin(), kinds.end());
  }
  std::vector<Column> columns;
  for (const std::string& name : names) {
    FORTNIGHT_ASSIGN(Column column, column_of(name, kinds));
    query.with_line = query.with_line || column.pointer || column.name == "line";
    columns.push_back(std::move(column));
  }
  return export_csv(target, query, columns, out);
}

}  // namespace fortnight::segment
