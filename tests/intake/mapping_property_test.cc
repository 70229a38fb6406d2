// Fields and IDs compared with a naive mapping: simdjson's DOM, and one look-up for each pointer.
#include <simdjson.h>

#include <boost/test/unit_test.hpp>
#include <optional>
#include <random>
#include <set>
#include <string>

#include "config/value_syntax.h"
#include "tests/intake/mapping.h"
#include "tests/support/effort.h"

namespace fortnight::intake {
BOOST_AUTO_TEST_SUITE(mapping_property)

namespace {

using simdjson::dom::element;

// A scalar's text: a string decoded, any other scalar as it is. Nothing for null and for
// containers.
std::optional<std::string> text_of(const element& value) {
  if (value.is_string()) return std::string(std::string_view(value));
  if (value.is_null() || value.is_object() || value.is_array()) return std::nullopt;
  return simdjson::minify(value);
}

// Everything that the steps of a pointer lead to, from `step` on.
void naive_values(const element& value, const std::vector<config::PointerStep>& steps,
                  std::size_t step, std::vector<element>& found) {
  using Kind = config::PointerStep::Kind;
  if (step == steps.size()) return found.push_back(value);
  const config::PointerStep& one = steps[step];
  if (value.is_object()) {
    element member;
    if (value.at_key(one.name).get(member) == simdjson::SUCCESS) {
      naive_values(member, steps, step + 1, found);
    }
  } else if (value.is_array()) {
    std::size_t number = 0;
    for (const element each : simdjson::dom::array(value)) {
      element member;
      const bool selected = one.kind == Kind::select && each.is_object() &&
                            each.at_key(one.member).get(member) == simdjson::SUCCESS &&
                            text_of(member) == one.wanted;
      if (one.kind == Kind::any || selected || one.name == std::to_string(number)) {
        naive_values(each, steps, step + 1, found);
      }
      ++number;
    }
  }
}

// The value of a field; of an array, its first element. Empty texts and "-" count as absent.
std::optional<std::string> naive_field(const element& line, const config::Values& values) {
  for (const std::string& pointer : values) {
    std::vector<element> found;
    naive_values(line, config::parse_steps(pointer).value(), 0, found);
    for (element value : found) {
      element first;
      if (value.is_array() && value.at_pointer("/0").get(first) == simdjson::SUCCESS) value = first;
      const auto text = text_of(value);
      if (text && !text->empty() && *text != "-") return text;
    }
  }
  return std::nullopt;
}

// IDs in any order.
std::multiset<std::string> naive_ids(const element& line, const config::Format& format) {
  std::multiset<std::string> ids;
  const auto add = [&](const std::string& kind, const element& value) {
    const auto text = text_of(value);
    if (text && !text->empty() && *text != "-") ids.insert(kind + "=" + *text);
  };
  for (const auto& [kind, pointers] : format.ids) {
    if (kind == "call_id") continue;
    for (const std::string& pointer : pointers) {
      element value;
      if (line.at_pointer(pointer).get(value) != simdjson::SUCCESS) continue;
      if (value.is_array()) {
        for (const element each : simdjson::dom::array(value)) add(kind, each);
      } else {
        add(kind, value);
      }
    }
  }
  return ids;
}

std::multiset<std::string> ids_of(const storage::Append& append) {
  std::multiset<std::string> ids;
  for (const storage::Call& call : append.batch.calls) {
    storage::for_each_id(append.batch, call, [&](std::string_view kind, std::string_view value) {
      ids.insert(std::string(kind) + "=" + std::string(value));
    });
  }
  return ids;
}

MapperSettings settings() {
  MapperSettings made;
  config::Format& format = made.format;
  format.ts = {"/t"};
  format.account = {"/a/b", "/b", "/c/0/a", "/c/*/b"};
  format.method = {"/b", "/a/[c=v1]/b", "/d/[a=17]/c", "/a"};
  format.path = {"/c/b/a", "/d"};
  format.revision = {"/a~1b", "/c"};
  format.ids = {
      {"call_id", {"/d/c", "/a/c"}}, {"x_id", {"/b", "/a/b", "/c"}}, {"y_id", {"/d", "/d/1"}}};
  made.redact = {{}, {}};
  return made;
}

class Lines {
 public:
  explicit Lines(unsigned seed) : random_(seed) {}
  std::string next() {
    std::string text = R"({"t":1795162530)";
    for (const char* name : {"a", "b", "c", "d", "a/b"}) {
      if (pick(3) != 0) text.append(",\"").append(name).append("\":").append(value(0));
    }
    return text + "}";
  }

 private:
  unsigned pick(unsigned below) { return static_cast<unsigned>(random_()) % below; }
  std::string value(int depth) {
    switch (pick(depth > 2 ? 5 : 8)) {
      case 0:
        return "null";
      case 1:
        return pick(2) == 0 ? "true" : "17";
      case 2:
        return pick(2) == 0 ? "\"\"" : "\"-\"";
      case 3:
        return R"("\u00e9\/x")";
      case 4:
        return "\"v" + std::to_string(pick(3)) + "\"";
      case 5: {
        std::string text = "[";
        for (unsigned i = pick(4); i > 0; --i) text += value(depth + 1) + (i > 1 ? "," : "");
        return text + "]";
      }
      default: {
        std::string text;
        for (const char* name : {"c", "b", "a"}) {
          if (pick(2) == 0) continue;
          if (!text.empty()) text += ',';
          text.append("\"").append(name).append("\":").append(value(depth + 1));
        }
        return "{" + text + "}";
      }
    }
  }
  std::mt19937 random_;
};

BOOST_AUTO_TEST_CASE(fields_and_ids_are_those_of_a_naive_mapping) {
  const config::Format format = settings().format;
  MapperAtWork work(settings());
  simdjson::dom::parser parser;
  Lines lines(5);
  for (int round = 0; round < tests::rounds(30'000); ++round) {
    const std::string line = lines.next();
    const storage::Append append = work.map(line);
    const Seen seen = look(append);
    const element root = parser.parse(line);
    BOOST_TEST_CONTEXT(line) {
      BOOST_REQUIRE(seen.reject == "");
      BOOST_REQUIRE(seen.line == line);
      BOOST_REQUIRE(seen.account == naive_field(root, format.account).value_or(""));
      BOOST_REQUIRE(seen.method == naive_field(root, format.method).value_or(""));
      BOOST_REQUIRE(seen.path == naive_field(root, format.path).value_or(""));
      BOOST_REQUIRE(seen.revision == naive_field(root, format.revision).value_or(""));
      BOOST_REQUIRE(seen.call_id == naive_field(root, format.ids[0].second).value_or(""));
      BOOST_REQUIRE(ids_of(append) == naive_ids(root, format));
    }
  }
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace fortnight::intake
