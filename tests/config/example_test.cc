#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "config/load.h"
#include "tests/support/project_file.h"

namespace fortnight::config {
BOOST_AUTO_TEST_SUITE(example)

namespace {

const std::string kExample = fortnight::project_file("packaging/fortnight.example.yaml");

std::string text_of(const std::string& path) {
  std::ifstream in(path);
  std::ostringstream text;
  text << in.rdbuf();
  return text.str();
}

std::string example_text() { return text_of(kExample); }

Config load_or_fail(const std::string& text) {
  const Loaded loaded = load_text(text, "example", {});
  for (const Problem& problem : loaded.problems) BOOST_ERROR(problem.to_string());
  BOOST_REQUIRE(loaded.config.has_value());
  return *loaded.config;
}

bool has_key(const std::string& text, const std::string& key) {
  for (const char before : std::string(" {,\n")) {
    if (text.find(before + key + ":") != std::string::npos) return true;
  }
  return false;
}

// Whether a comment begins an example of a section.
bool begins_section(const std::string& line) { return line.starts_with("# tls:"); }

// Whether a comment begins an example of configuration.
bool begins_example(const std::string& line) {
  return line.starts_with("# - ") || line.starts_with("# shop:") || line.starts_with("# OCQ4JJ:") ||
         begins_section(line);
}

BOOST_AUTO_TEST_CASE(the_shipped_example_holds_the_defaults) {
  const Config file = load_or_fail(example_text());
  const Config code = default_config();
  BOOST_TEST(file.data_directory == code.data_directory);
  BOOST_TEST(file.time_zone == code.time_zone);
  BOOST_TEST((file.retention == code.retention));
  BOOST_TEST((file.sources == code.sources));
  BOOST_TEST((file.query == code.query));
  config::Web web = file.web;
  web.listen_given = false;
  BOOST_TEST((web == code.web));
  BOOST_TEST((file.tls == code.tls));
  BOOST_TEST((file.access == code.access));
  BOOST_TEST((file.formats == code.formats));
  BOOST_TEST((file.accounts == code.accounts));
  BOOST_TEST((file.limits == code.limits));
  BOOST_TEST((file.redact == code.redact));
  BOOST_TEST((file.storage == code.storage));
  BOOST_TEST((file.log == code.log));
}

// Every key that the loader accepts is in the example. The loader lists its keys when one is
// unknown.
BOOST_AUTO_TEST_CASE(the_shipped_example_has_every_key) {
  const std::string text = example_text();
  for (const std::string section :
       {"", "retention: ", "query: ", "web: ", "tls: ", "access: ", "limits: ", "redact: ",
        "storage: ", "log: ", "formats: {f: ", "formats: {f: {ts: ", "formats: {f: {duration_ms: ",
        "accounts: {a: ", "sources: [{tail: ", "sources: [{tcp: ", "sources: [{unix: "}) {
    const auto braces = std::count(section.begin(), section.end(), '{');
    const std::string yaml = section + "{no such key: 1}" +
                             std::string(static_cast<std::size_t>(braces), '}') +
                             (section.starts_with("sources") ? "]" : "");
    const Loaded loaded = load_text(yaml, "keys", {});
    std::string expected;
    for (const Problem& problem : loaded.problems) {
      if (problem.message.starts_with("unknown key `no such key`")) expected = problem.expected;
    }
    BOOST_TEST_CONTEXT(yaml) { BOOST_REQUIRE(expected.starts_with("one of ")); }
    std::istringstream keys(expected.substr(7));
    for (std::string key; keys >> key;) {
      BOOST_TEST_CONTEXT(section << key) { BOOST_TEST(has_key(text, key)); }
    }
  }
}

BOOST_AUTO_TEST_CASE(the_examples_in_its_comments_load) {
  std::string yaml;
  std::istringstream lines(example_text());
  bool in_example = false;
  std::string indent;
  for (std::string line; std::getline(lines, line);) {
    in_example = begins_example(line) || (in_example && line.starts_with("#  "));
    if (begins_example(line)) indent = begins_section(line) ? "" : "  ";
    if (in_example) {
      yaml += indent + line.substr(2) + "\n";
    } else if (line == "formats: {}" || line == "accounts: {}") {
      yaml += line.substr(0, line.find(' ')) + "\n";
    } else {
      yaml += line + "\n";
    }
  }
  const Config config = load_or_fail(yaml);
  BOOST_TEST(config.tls.enabled());
  BOOST_TEST(config.sources.size() == 6U);
  BOOST_REQUIRE(config.formats.contains("shop"));
  const Format& shop = config.formats.at("shop");
  BOOST_TEST(shop.endpoints.size() == 1U);
  BOOST_TEST((shop.duration_unit == DurationUnit::s));
  BOOST_TEST(shop.only.front().front().second.size() == 2U);
  BOOST_TEST(config.accounts.at("OCQ4JJ").name == "Acme");
}

// What the Debian package installs as /etc/fortnight/fortnight.yaml.
BOOST_AUTO_TEST_CASE(the_packaged_configuration_asks_who_asks) {
  const std::string text = text_of(fortnight::project_file("packaging/fortnight.yaml"));
  const Config config = load_or_fail(text);
  Access expected;
  expected.required = true;
  expected.readers.groups = {"fortnight"};
  BOOST_TEST((config.access == expected));
  std::vector<Source> sources = default_sources();
  sources.front().require_identity = true;
  BOOST_TEST((config.sources == sources));
  // Its first example takes effect without the comment's sign.
  const std::string sign = "\n#- tail:";
  const std::size_t at = text.find(sign);
  BOOST_REQUIRE(at != std::string::npos);
  const Config edited = load_or_fail(std::string(text).replace(at, 2, "\n"));
  BOOST_REQUIRE(edited.sources.size() == 2U);
  BOOST_TEST(std::holds_alternative<TailSource>(edited.sources[0].from));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace fortnight::config
