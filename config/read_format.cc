#include "config/read_format.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/ascii.h"
#include "config/values.h"

namespace fortnight::config {
namespace {

// Names of filters, which an ID kind must not take.
constexpr std::array<std::string_view, 17> kTaken = {
    "id",     "ts",   "account", "method", "endpoint", "path",  "status", "revision", "duration_ms",
    "source", "date", "from",    "to",     "tz",       "limit", "text",   "ref"};

const auto kTimeFormats = one_of<TimeFormat>({{"auto", TimeFormat::automatic},
                                              {"rfc3339", TimeFormat::rfc3339},
                                              {"date_time", TimeFormat::date_time},
                                              {"clf", TimeFormat::clf},
                                              {"unix_s", TimeFormat::unix_s},
                                              {"unix_ms", TimeFormat::unix_ms},
                                              {"unix_us", TimeFormat::unix_us},
                                              {"unix_ns", TimeFormat::unix_ns}});
const auto kDurationUnits = one_of<DurationUnit>({{"s", DurationUnit::s},
                                                  {"ms", DurationUnit::ms},
                                                  {"us", DurationUnit::us},
                                                  {"ns", DurationUnit::ns}});

const auto kInvalidUtf8 = one_of<InvalidUtf8>({{"replace", InvalidUtf8::replace},
                                               {"reject", InvalidUtf8::reject},
                                               {"keep", InvalidUtf8::keep}});

bool is_kind_name(const std::string& name) {
  const auto is_word = [](char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '_'; };
  return !name.empty() && name.size() <= 64 && name[0] >= 'a' && name[0] <= 'z' &&
         std::all_of(name.begin(), name.end(), is_word) &&
         std::find(kTaken.begin(), kTaken.end(), name) == kTaken.end();
}

// Reads pointers, or {pointers: ..., KEY: a word}.
template <typename Word, typename Reader>
auto pointers_and(const std::string& what, const std::string& key, Word& word,
                  const Reader& reader) {
  return [=, &word](Problems& problems, const Node& node, Pointers& pointers) {
    if (!node.IsMap()) return read_pointers(problems, node, pointers);
    Mapping map(problems, node, what);
    map.read("pointers", pointers, read_pointers);
    map.read(key, word, reader);
    map.done();
  };
}

void read_ids(Problems& problems, const Node& node,
              std::vector<std::pair<std::string, Pointers>>& ids) {
  Mapping map(problems, node, "ids");
  map.each([&](const std::string& kind, const Node& key, const Node& value) {
    if (!is_kind_name(kind)) {
      problems.add(key, "bad kind of ID `" + kind + "`",
                   "lower-case letters, digits and _, and no field's or filter's name");
    }
    Pointers pointers;
    read_pointers(problems, value, pointers);
    const auto same = [&](const auto& id) { return id.first == kind; };
    const auto known = std::find_if(ids.begin(), ids.end(), same);
    if (known != ids.end()) {
      known->second = std::move(pointers);
    } else {
      ids.emplace_back(kind, std::move(pointers));
    }
  });
}

void read_only(Problems& problems, const Node& node,
               std::vector<std::pair<std::string, std::vector<std::string>>>& only) {
  Mapping map(problems, node, "only");
  only.clear();
  map.each([&](const std::string& pointer, const Node& key, const Node& value) {
    if (!is_json_pointer(pointer)) {
      problems.add(key, "bad value `" + pointer + "`", "a JSON pointer, such as /kind");
    }
    std::vector<std::string> values;
    read_texts(problems, value, values);
    only.emplace_back(pointer, std::move(values));
  });
}

void read_templates(Problems& problems, const Node& node, std::vector<std::string>& templates) {
  templates.clear();
  read_list(problems, node, [&](const Node& element) {
    std::string text;
    read_text(problems, element, text);
    if (!text.empty() && text.front() != '/') {
      problems.add(element, "bad value `" + text + "`", "a path, such as /api/orders/{id}");
    }
    templates.push_back(std::move(text));
  });
}

}  // namespace

void read_format(Problems& problems, const YAML::Node& node, const std::string& name,
                 const std::map<std::string, Format>& known, Format& format) {
  Mapping map(problems, node, name);
  map.read("base", format, [&](Problems&, const Node& base, Format& value) {
    const auto found = known.find(base.IsScalar() ? base.Scalar() : "");
    if (found != known.end()) {
      value = found->second;
      return;
    }
    std::vector<std::string> names;
    for (const auto& entry : known) names.push_back(entry.first);
    report_word(problems, base, names);
  });
  map.read("ts", format.ts, pointers_and("ts", "time", format.time, kTimeFormats));
  map.read("account", format.account, read_pointers);
  map.read("method", format.method, read_pointers);
  map.read("endpoint", format.endpoint, read_pointers);
  map.read("path", format.path, read_pointers);
  map.read("status", format.status, read_pointers);
  map.read("revision", format.revision, read_pointers);
  map.read("duration_ms", format.duration,
           pointers_and("duration_ms", "unit", format.duration_unit, kDurationUnits));
  map.read("ids", format.ids, read_ids);
  map.read("only", format.only, read_only);
  map.read("endpoints", format.endpoints, read_templates);
  map.read("error_code", format.error_code, read_pointers);
  map.read("invalid_utf8", format.invalid_utf8, kInvalidUtf8);
  map.done();
  if (format.ts.empty() && problems.none()) {
    problems.add(node, "the format `" + name + "` has no `ts`",
                 "a JSON pointer to each call's time");
  }
}

}  // namespace fortnight::config
