// OTLP in JSON. Names of members are in camelCase, numbers of 64 bits may be strings, and IDs are
// hexadecimal.
#include <optional>
#include <string>
#include <string_view>

#include "base/ascii.h"
#include "base/json_members.h"
#include "base/json_text.h"
#include "base/json_walk.h"
#include "daemon/ingest/line_collector.h"
#include "daemon/ingest/record_lines.h"

namespace fortnight::daemon {
namespace {

// Of values within values. Each level is read several times.
constexpr int kMaxJsonDepth = 8;

// The text of a string, or of another scalar, without its quotes.
std::string_view without_quotes(std::string_view value) {
  if (value.size() < 2 || value.front() != '"') return value;
  return value.substr(1, value.size() - 2);
}

// A number of 64 bits, which may be in quotes; nothing if it is none.
std::optional<std::string_view> whole_number_of(std::string_view value) {
  const std::string_view text = without_quotes(value);
  const std::string_view digits = text.starts_with('-') ? text.substr(1) : text;
  const bool number = !digits.empty() && digits.find_first_not_of("0123456789") == digits.npos;
  if (!number || !is_json_number(text)) return std::nullopt;
  return text;
}

void append_object(std::string_view pairs, int depth, std::string& out);

// An AnyValue. Scalars are copied as they are written.
void append_any(std::string_view value, int depth, std::string& out) {
  const std::size_t begin = out.size();
  if (depth < kMaxJsonDepth) {
    for_each_member(value, [&](const JsonMember& member) {
      out.resize(begin);
      if (member.key == "intValue") {
        out += whole_number_of(member.value).value_or(member.value);
      } else if (member.key == "arrayValue" || member.key == "kvlistValue") {
        const bool array = member.key == "arrayValue";
        std::string_view values;
        for_each_member(member.value, [&](const JsonMember& inner) {
          if (inner.key == "values") values = inner.value;
        });
        if (!array) return append_object(values, depth + 1, out);
        out += '[';
        bool first = true;
        for_each_element(values, [&](std::string_view element) {
          if (!std::exchange(first, false)) out += ',';
          append_any(element, depth + 1, out);
        });
        out += ']';
      } else if (member.key.ends_with("Value")) {
        out += member.value;
      }
    });
  }
  if (out.size() == begin) out += "null";
}

// An array of KeyValues as an object.
void append_object(std::string_view pairs, int depth, std::string& out) {
  out += '{';
  bool first = true;
  for_each_element(pairs, [&](std::string_view pair) {
    std::string_view key = "\"\"";
    std::string_view value;
    for_each_member(pair, [&](const JsonMember& member) {
      if (member.key == "key") key = member.value;
      if (member.key == "value") value = member.value;
    });
    if (!std::exchange(first, false)) out += ',';
    out += key;
    out += ':';
    append_any(value, depth, out);
  });
  out += '}';
}

std::string_view member_of(std::string_view object, std::string_view name) {
  std::string_view found;
  for_each_member(object, [&](const JsonMember& member) {
    if (member.key == name) found = member.value;
  });
  return found;
}

std::string common_of(std::string_view resource, std::string_view scope) {
  std::string out = ",\"resource\":";
  append_object(member_of(resource, "attributes"), 0, out);
  const std::string_view name = member_of(scope, "name");
  const std::string_view version = member_of(scope, "version");
  if (name.empty() && version.empty()) return out;
  out += ",\"scope\":{\"name\":";
  out += name.empty() ? "\"\"" : name;
  if (!version.empty()) out.append(",\"version\":").append(version);
  out += '}';
  return out;
}

bool append_json_record(std::string_view record, std::string_view common, std::string& out) {
  std::string_view time;
  std::string_view observed;
  std::string rest;
  const bool whole = for_each_member(record, [&](const JsonMember& member) {
    const std::string_view key = member.key;
    if (key == "timeUnixNano") {
      time = whole_number_of(member.value).value_or("");
    } else if (key == "observedTimeUnixNano") {
      observed = whole_number_of(member.value).value_or("");
    } else if (key == "attributes") {
      rest += ",\"attributes\":";
      append_object(member.value, 0, rest);
    } else if (key == "body") {
      rest += ",\"body\":";
      append_any(member.value, 0, rest);
    } else if (key == "severityNumber" || key == "severityText" || key == "traceId" ||
               key == "spanId" || key == "eventName") {
      rest.append(",\"").append(key).append("\":").append(member.value);
    }
  });
  if (!whole) return false;
  if (time.empty() || time == "0") time = observed;
  if (!time.empty() && time != "0") {
    out.append("{\"timeUnixNano\":").append(time).append(rest);
  } else {
    out += '{';
    out += rest.empty() ? std::string_view() : std::string_view(rest).substr(1);
  }
  out += out.ends_with('{') ? common.substr(1) : common;
  out += '}';
  return true;
}

}  // namespace

RecordLines otlp_lines_of_json(std::string_view body, std::size_t most) {
  if (body.size() > kMaxOtlpJson) {
    return Problem(413, "too-long",
                   "a request of OTLP in JSON has at most 4 MiB; protobuf may have more");
  }
  LineCollector lines(most);
  bool whole = true;
  // Visits the elements of a member, while nothing is wrong.
  const auto each = [&](std::string_view object, std::string_view name, const VisitElement& visit) {
    const std::string_view list = member_of(object, name);
    if (list.empty() || list == "null") return;
    whole &= for_each_element(list, [&](std::string_view element) {
      if (whole && !lines.full()) visit(element);
    });
  };
  whole = for_each_member(body, [](const JsonMember&) {});
  if (whole) {
    each(body, "resourceLogs", [&](std::string_view logs) {
      const std::string_view resource = member_of(logs, "resource");
      each(logs, "scopeLogs", [&](std::string_view scope_logs) {
        const std::string common = common_of(resource, member_of(scope_logs, "scope"));
        each(scope_logs, "logRecords", [&](std::string_view record) {
          std::string line;
          whole &= append_json_record(record, common, line);
          lines.add(line);
        });
      });
    });
  }
  if (lines.full()) return lines.too_long();
  if (!whole) {
    return Problem(400, "bad-request", "the body isn't an ExportLogsServiceRequest in JSON");
  }
  return lines.take();
}

}  // namespace fortnight::daemon
