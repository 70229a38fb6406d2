#include "config/read_format.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "base/ascii.h"
#include "config/read_values.h"
#include "config/time_pattern.h"
#include "config/value_syntax.h"
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

const auto kDurationLists = one_of<DurationList>(
    {{"sum", DurationList::sum}, {"first", DurationList::first}, {"last", DurationList::last}});
const auto kInputs =
    one_of<Input>({{"json", Input::json}, {"logfmt", Input::logfmt}, {"text", Input::text}});
const auto kWrappings = one_of<Wrapping>({{"cri", Wrapping::cri},
                                          {"docker", Wrapping::docker},
                                          {"compose", Wrapping::compose},
                                          {"syslog", Wrapping::syslog},
                                          {"prefix", Wrapping::prefix}});
const auto kNames = one_of<bool>({{"exact", false}, {"any_case", true}});
const auto kBooleans = one_of<bool>({{"true", true}, {"false", false}});

const auto kInvalidUtf8 = one_of<InvalidUtf8>({{"replace", InvalidUtf8::replace},
                                               {"reject", InvalidUtf8::reject},
                                               {"keep", InvalidUtf8::keep}});

bool is_kind_name(const std::string& name) {
  const auto is_word = [](char c) { return (c >= 'a' && c <= 'z') || is_digit(c) || c == '_'; };
  return !name.empty() && name.size() <= 64 && name[0] >= 'a' && name[0] <= 'z' &&
         std::all_of(name.begin(), name.end(), is_word) &&
         std::find(kTaken.begin(), kTaken.end(), name) == kTaken.end();
}

void read_time_format(Problems& problems, const Node& node, Format& format) {
  if (!node.IsScalar() || node.Scalar().find('%') == std::string::npos) {
    return kTimeFormats(problems, node, format.time);
  }
  const std::string problem = time_pattern_problem(node.Scalar());
  if (!problem.empty()) problems.add(node, "bad value " + describe(node), problem);
  format.time = TimeFormat::pattern;
  format.time_pattern = node.Scalar();
}

void read_code(Problems& problems, const Node& node, std::uint16_t& code) {
  std::uint32_t number = code;
  whole_number(100, 999)(problems, node, number);
  code = static_cast<std::uint16_t>(number);
}

void read_status_map(Problems& problems, const Node& node,
                     std::vector<std::pair<std::string, std::uint16_t>>& codes) {
  codes.clear();
  Mapping map(problems, node, "map");
  map.each([&](const std::string& text, const Node&, const Node& value) {
    read_code(problems, value, codes.emplace_back(text, 0).second);
  });
}

void read_unset(Problems& problems, const Node& node, std::vector<std::string>& unset) {
  unset.clear();
  read_list(problems, node, [&](const Node& element) {
    if (element.IsScalar()) return unset.push_back(element.Scalar());
    problems.add(element, "bad value " + describe(element), "a text");
  });
}

// auto, none, a wrapping, or a list of them
void read_unwrap(Problems& problems, const Node& node, Unwrap& unwrap) {
  const std::string word = node.IsScalar() ? node.Scalar() : "";
  unwrap = {word == "auto", {}};
  if (word == "auto" || word == "none") return;
  const auto add = [&](const Node& element) {
    kWrappings(problems, element, unwrap.wrappings.emplace_back());
  };
  if (node.IsSequence()) {
    read_list(problems, node, add);
  } else {
    add(node);
  }
  if (unwrap.wrappings.size() > kMaxWrappings) {
    problems.add(node, "too many wrappings", "at most " + std::to_string(kMaxWrappings));
    unwrap.wrappings.clear();
  }
}

// A pointer of names, numbers and *, as far as `any` allows it.
auto pointer_to(bool any) {
  return [any](Problems& problems, const Node& node, std::string& pointer) {
    const auto steps = node.IsScalar() ? parse_steps(node.Scalar()) : std::nullopt;
    const auto fits = [any](const PointerStep& step) {
      return step.kind == PointerStep::Kind::name || (any && step.kind == PointerStep::Kind::any);
    };
    if (!steps || steps->empty() || !std::all_of(steps->begin(), steps->end(), fits)) {
      return problems.add(
          node, "bad value " + describe(node),
          any ? "a JSON pointer, such as /Records" : "a JSON pointer, such as /log");
    }
    pointer = node.Scalar();
  };
}

// A format's keys whose readers need the names of its parts.
class FormatReader {
 public:
  FormatReader(Problems& problems, const ZoneCheck& zone_known, Format& format)
      : problems_(problems), zone_known_(zone_known), format_(format), names_(problems) {}

  void read(Mapping& map);

 private:
  void read_time(const Node& node);
  void read_status(const Node& node);
  void read_duration(const Node& node);
  void read_ids(const Node& node);
  void read_zone(const Node& node);
  void use_parts();
  // A reader of values.
  [[nodiscard]] auto values() {
    return [this](Problems& problems, const Node& node, Values& value) {
      read_values(problems, node, names_, value);
    };
  }
  [[nodiscard]] auto rules(RuleMapping mapping) {
    return [this, mapping](Problems& problems, const Node& node, std::vector<Rule>& value) {
      read_rules(problems, node, mapping, names_, value);
    };
  }
  [[nodiscard]] auto with(void (FormatReader::*reader)(const Node&)) {
    return [this, reader](Problems&, const Node& node, Format&) { (this->*reader)(node); };
  }

  Problems& problems_;
  const ZoneCheck& zone_known_;
  Format& format_;
  PartNames names_;
};

void FormatReader::read(Mapping& map) {
  map.read("parts", format_.parts, [&](Problems& problems, const Node& node, auto& parts) {
    read_parts(problems, node, names_, parts);
  });
  names_.add(format_.parts);
  map.read("unwrap", format_.unwrap, read_unwrap);
  map.read("input", format_.input, kInputs);
  map.read("inside", format_.inside, pointer_to(false));
  map.read("each", format_.each, pointer_to(true));
  map.read("names", format_.any_case, kNames);
  map.read("unset", format_.unset, read_unset);
  map.read("ts", format_, with(&FormatReader::read_time));
  map.read("account", format_.account, values());
  map.read("method", format_.method, values());
  map.read("endpoint", format_.endpoint, values());
  map.read("path", format_.path, values());
  map.read("status", format_, with(&FormatReader::read_status));
  map.read("revision", format_.revision, values());
  map.read("duration_ms", format_, with(&FormatReader::read_duration));
  map.read("ids", format_, with(&FormatReader::read_ids));
  map.read("only", format_.only, rules(RuleMapping::one_rule));
  map.read("except", format_.except, rules(RuleMapping::rule_each));
  names_.check();
  use_parts();
}

void FormatReader::read_zone(const Node& node) {
  const std::string zone = node.IsScalar() ? node.Scalar() : "";
  if (is_utc_offset(zone) || (!zone.empty() && (!zone_known_ || zone_known_(zone)))) {
    format_.zone = zone;
  } else {
    problems_.add(node, "unknown time zone " + describe(node),
                  "an IANA name, such as Europe/Berlin or UTC, or an offset, such as +02:00");
  }
}

void FormatReader::read_time(const Node& node) {
  if (!node.IsMap()) return read_values(problems_, node, names_, format_.ts);
  Mapping map(problems_, node, "ts");
  map.read("pointers", format_.ts, values());
  map.read("time", format_, read_time_format);
  map.read("zone", format_, with(&FormatReader::read_zone));
  map.done();
}

void FormatReader::read_status(const Node& node) {
  if (!node.IsMap()) return read_values(problems_, node, names_, format_.status);
  Mapping map(problems_, node, "status");
  map.read("pointers", format_.status, values());
  map.read("map", format_.status_map, read_status_map);
  map.read("grpc", format_.grpc, kBooleans);
  map.read("failed_if", format_.failed_if, rules(RuleMapping::rule_each));
  map.read("failed", format_.failed_status, read_code);
  map.done();
}

void FormatReader::read_duration(const Node& node) {
  if (!node.IsMap()) return read_values(problems_, node, names_, format_.duration);
  Mapping map(problems_, node, "duration_ms");
  map.read("pointers", format_.duration, values());
  map.read("unit", format_.duration_unit, kDurationUnits);
  map.read("list", format_.duration_list, kDurationLists);
  const bool from = map.read("from", format_.duration_from, values());
  const bool to = map.read("to", format_.duration_to, values());
  map.done();
  if (from != to) {
    problems_.add(node, from ? "`from` without `to`" : "`to` without `from`",
                  "two times, whose difference is the duration");
  }
}

void FormatReader::read_ids(const Node& node) {
  auto& ids = format_.ids;
  Mapping map(problems_, node, "ids");
  map.each([&](const std::string& kind, const Node& key, const Node& value) {
    if (!is_kind_name(kind)) {
      problems_.add(key, "bad kind of ID `" + kind + "`",
                    "lower-case letters, digits and _, and no field's or filter's name");
    }
    Values found;
    read_values(problems_, value, names_, found);
    const auto same = [&](const auto& id) { return id.first == kind; };
    const auto known = std::find_if(ids.begin(), ids.end(), same);
    if (known != ids.end()) {
      known->second = std::move(found);
    } else {
      ids.emplace_back(kind, std::move(found));
    }
  });
}

// A field without values is the part of its name, if there is one.
void FormatReader::use_parts() {
  const auto use = [&](std::string_view name, Values& values) {
    if (values.empty() && names_.has(name)) values = {"$" + std::string(name)};
  };
  use("ts", format_.ts);
  use("account", format_.account);
  use("method", format_.method);
  use("endpoint", format_.endpoint);
  use("path", format_.path);
  use("status", format_.status);
  use("revision", format_.revision);
  use("duration_ms", format_.duration);
  const auto is_call_id = [](const auto& id) { return id.first == "call_id"; };
  if (names_.has("call_id") && std::none_of(format_.ids.begin(), format_.ids.end(), is_call_id)) {
    format_.ids.emplace_back("call_id", Values{"$call_id"});
  }
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
                 const std::map<std::string, Format>& known, Format& format,
                 const ZoneCheck& zone_known) {
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
  FormatReader(problems, zone_known, format).read(map);
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
