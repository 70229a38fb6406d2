// OTLP in protobuf: opentelemetry/proto/logs/v1/logs.proto, common/v1/common.proto.
#include <array>
#include <charconv>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include "base/json_writer.h"
#include "daemon/ingest/line_collector.h"
#include "daemon/ingest/protozero.h"
#include "daemon/ingest/record_lines.h"

namespace fortnight::daemon {
namespace {

using protozero::pbf_reader;

// Of values within values; SDKs have a handful.
constexpr int kMaxValueDepth = 64;

namespace request_field {
constexpr std::uint32_t kResourceLogs = 1;
}
namespace resource_logs {
constexpr std::uint32_t kResource = 1;
constexpr std::uint32_t kScopeLogs = 2;
}  // namespace resource_logs
namespace scope_logs {
constexpr std::uint32_t kScope = 1;
constexpr std::uint32_t kLogRecords = 2;
}  // namespace scope_logs
namespace scope_field {
constexpr std::uint32_t kName = 1;
constexpr std::uint32_t kVersion = 2;
}  // namespace scope_field
namespace record_field {
constexpr std::uint32_t kTime = 1;
constexpr std::uint32_t kSeverity = 2;
constexpr std::uint32_t kSeverityText = 3;
constexpr std::uint32_t kBody = 5;
constexpr std::uint32_t kAttributes = 6;
constexpr std::uint32_t kTraceId = 9;
constexpr std::uint32_t kSpanId = 10;
constexpr std::uint32_t kObservedTime = 11;
constexpr std::uint32_t kEventName = 12;
}  // namespace record_field
namespace value_field {
constexpr std::uint32_t kString = 1;
constexpr std::uint32_t kBool = 2;
constexpr std::uint32_t kInt = 3;
constexpr std::uint32_t kDouble = 4;
constexpr std::uint32_t kArray = 5;
constexpr std::uint32_t kMap = 6;
constexpr std::uint32_t kBytes = 7;
}  // namespace value_field

std::string_view text_of(const protozero::data_view& view) { return {view.data(), view.size()}; }

void append_integer(std::int64_t value, std::string& out) {
  std::array<char, 24> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  out.append(text.data(), end);
}

// JSON has no infinities and no NaN: they become strings, as in OTLP's own JSON.
void append_double(double value, std::string& out) {
  if (!std::isfinite(value)) {
    out += std::isnan(value) ? "\"NaN\"" : value > 0 ? "\"Infinity\"" : "\"-Infinity\"";
    return;
  }
  std::array<char, 32> text{};
  const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
  out.append(text.data(), end);
}

void append_hex(std::string_view bytes, std::string& out) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  out += '"';
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    out += kDigits[byte >> 4U];
    out += kDigits[byte & 15U];
  }
  out += '"';
}

void append_values(pbf_reader list, int depth, std::string& out);
void append_map(pbf_reader message, std::uint32_t field, int depth, std::string& out);

// An AnyValue; null if it has none of the known kinds.
void append_value(pbf_reader value, int depth, std::string& out) {
  const std::size_t begin = out.size();
  if (depth < kMaxValueDepth) {
    while (value.next()) {
      // Of a repeated value the last counts.
      out.resize(begin);
      switch (value.tag()) {
        case value_field::kString:
          append_json_string(text_of(value.get_view()), out);
          break;
        case value_field::kBool:
          out += value.get_bool() ? "true" : "false";
          break;
        case value_field::kInt:
          append_integer(value.get_int64(), out);
          break;
        case value_field::kDouble:
          append_double(value.get_double(), out);
          break;
        case value_field::kArray:
          append_values(value.get_message(), depth + 1, out);
          break;
        case value_field::kMap:
          append_map(value.get_message(), 1, depth + 1, out);
          break;
        case value_field::kBytes:
          append_hex(text_of(value.get_view()), out);
          break;
        default:
          value.skip();
          break;
      }
    }
  }
  if (out.size() == begin) out += "null";
}

void append_values(pbf_reader list, int depth, std::string& out) {
  out += '[';
  bool first = true;
  while (list.next(1)) {
    if (!std::exchange(first, false)) out += ',';
    append_value(list.get_message(), depth, out);
  }
  out += ']';
}

void append_pair(pbf_reader pair, int depth, std::string& out) {
  std::string_view key;
  std::optional<pbf_reader> value;
  while (pair.next()) {
    if (pair.tag() == 1) {
      key = text_of(pair.get_view());
    } else if (pair.tag() == 2) {
      value = pair.get_message();
    } else {
      pair.skip();
    }
  }
  append_json_string(key, out);
  out += ':';
  append_value(value.value_or(pbf_reader()), depth, out);
}

// The KeyValues of a message as an object.
void append_map(pbf_reader message, std::uint32_t field, int depth, std::string& out) {
  out += '{';
  bool first = true;
  while (message.next(field)) {
    if (!std::exchange(first, false)) out += ',';
    append_pair(message.get_message(), depth, out);
  }
  out += '}';
}

// The members that all records of a scope have: `,"resource":{…},"scope":{…}`.
std::string common_members(pbf_reader resource, pbf_reader scope) {
  std::string out = ",\"resource\":";
  append_map(resource, 1, 0, out);
  std::string_view name;
  std::string_view version;
  while (scope.next()) {
    if (scope.tag() == scope_field::kName) {
      name = text_of(scope.get_view());
    } else if (scope.tag() == scope_field::kVersion) {
      version = text_of(scope.get_view());
    } else {
      scope.skip();
    }
  }
  if (name.empty() && version.empty()) return out;
  out += ",\"scope\":{\"name\":";
  append_json_string(name, out);
  if (!version.empty()) {
    out += ",\"version\":";
    append_json_string(version, out);
  }
  out += '}';
  return out;
}

void append_record(pbf_reader record, std::string_view common, std::string& out) {
  std::uint64_t time = 0;
  std::uint64_t observed = 0;
  const std::size_t begin = out.size();
  out += "{\"timeUnixNano\":";
  const std::size_t time_at = out.size();
  pbf_reader attributes = record;
  bool has_attributes = false;
  while (record.next()) {
    switch (record.tag()) {
      case record_field::kTime:
        time = record.get_fixed64();
        break;
      case record_field::kObservedTime:
        observed = record.get_fixed64();
        break;
      case record_field::kSeverity:
        out += ",\"severityNumber\":";
        append_integer(record.get_int32(), out);
        break;
      case record_field::kSeverityText:
        out += ",\"severityText\":";
        append_json_string(text_of(record.get_view()), out);
        break;
      case record_field::kBody:
        out += ",\"body\":";
        append_value(record.get_message(), 0, out);
        break;
      case record_field::kAttributes:
        has_attributes = true;
        record.skip();
        break;
      case record_field::kTraceId:
        out += ",\"traceId\":";
        append_hex(text_of(record.get_view()), out);
        break;
      case record_field::kSpanId:
        out += ",\"spanId\":";
        append_hex(text_of(record.get_view()), out);
        break;
      case record_field::kEventName:
        out += ",\"eventName\":";
        append_json_string(text_of(record.get_view()), out);
        break;
      default:
        record.skip();
        break;
    }
  }
  if (time == 0) time = observed;
  if (time == 0) {
    out.replace(begin, time_at - begin + (out.size() > time_at ? 1 : 0), "{");
  } else {
    out.insert(time_at, std::to_string(time));
  }
  if (has_attributes) {
    out += out.ends_with('{') ? "\"attributes\":" : ",\"attributes\":";
    append_map(attributes, record_field::kAttributes, 0, out);
  }
  out += out.ends_with('{') ? common.substr(1) : common;
  out += '}';
}

bool add_scope(pbf_reader logs, pbf_reader resource, LineCollector& lines) {
  pbf_reader scope;
  for (pbf_reader fields = logs; fields.next(scope_logs::kScope);) scope = fields.get_message();
  const std::string common = common_members(resource, scope);
  while (logs.next(scope_logs::kLogRecords)) {
    append_record(logs.get_message(), common, lines.text());
    if (!lines.end_line()) return false;
  }
  return true;
}

bool add_request(pbf_reader request, LineCollector& lines) {
  while (request.next(request_field::kResourceLogs)) {
    pbf_reader logs = request.get_message();
    pbf_reader resource;
    for (pbf_reader fields = logs; fields.next(resource_logs::kResource);) {
      resource = fields.get_message();
    }
    while (logs.next(resource_logs::kScopeLogs)) {
      if (!add_scope(logs.get_message(), resource, lines)) return false;
    }
  }
  return true;
}

}  // namespace

RecordLines otlp_lines_of_protobuf(std::string_view body, std::size_t most) {
  LineCollector lines(most);
  try {
    if (!add_request(pbf_reader(body.data(), body.size()), lines)) return lines.too_long();
  } catch (const std::exception& wrong) {  // what protozero throws
    return Problem(400, "bad-request",
                   "the body isn't an ExportLogsServiceRequest: " + std::string(wrong.what()));
  }
  return lines.take();
}

}  // namespace fortnight::daemon
