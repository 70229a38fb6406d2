#include "config/load.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

#include "config/presets.h"

namespace fortnight::config {
BOOST_AUTO_TEST_SUITE(load_config)

namespace {

Loaded load(const std::string& text) {
  Surroundings surroundings;
  surroundings.zone_known = [](std::string_view name) {
    return name == "UTC" || name == "Europe/Berlin";
  };
  surroundings.reach = [](const Address& address) -> Result<Reach> {
    if (address.host == "nowhere") return io_error("no such host");
    return address.host == "0.0.0.0" ? Reach::network : Reach::host;
  };
  surroundings.tls_problem = [](const Tls& tls) {
    return tls.key == "wrong" ? std::optional<std::string>("another's key") : std::nullopt;
  };
  surroundings.right_known = [](std::string_view name) { return name == "counts"; };
  surroundings.directory_problem = [](const std::string& path) {
    return path == "/read-only" ? std::optional<std::string>("can't be written to") : std::nullopt;
  };
  surroundings.socket_problem = surroundings.file_problem = surroundings.directory_problem;
  surroundings.resolved = [](const std::string& path) {
    return path.starts_with("/link/") ? "/run/" + path.substr(6) : path;
  };
  return load_text(text, "f.yaml", surroundings);
}

std::vector<std::string> problems_of(const std::string& text) {
  std::vector<std::string> texts;
  const Loaded loaded = load(text);
  for (const Problem& problem : loaded.problems) texts.push_back(problem.to_string());
  BOOST_TEST(loaded.config.has_value() == texts.empty());
  return texts;
}

// Checks that `text` has one problem, whose message begins with `begin` and contains `part`.
void expect_problem(const std::string& text, const std::string& begin, const std::string& part) {
  BOOST_TEST_CONTEXT(text) {
    const std::vector<std::string> found = problems_of(text);
    BOOST_REQUIRE(found.size() == 1U);
    BOOST_TEST_CONTEXT(found[0]) {
      BOOST_TEST(found[0].starts_with(begin));
      BOOST_TEST(found[0].find(part) != std::string::npos);
    }
  }
}

BOOST_AUTO_TEST_CASE(an_empty_file_means_the_defaults) {
  for (const std::string text :
       {"", "# nothing\n", "limits:\nsources:\n  - tcp: {listen: '[::1]:0'}\n"}) {
    BOOST_TEST(problems_of(text).empty());
  }
  for (const std::string text : {"", "# nothing\n", "---\n", "# a\n---\n# b\n", "~\n", "{}\n"}) {
    BOOST_TEST(load(text).empty, text);
  }
  BOOST_TEST(!load("limits:\n").empty);
  const Loaded loaded = load("");
  BOOST_TEST((loaded.config->sources == default_sources()));
  BOOST_TEST((loaded.config->formats == preset_formats()));
}

BOOST_AUTO_TEST_CASE(everything_is_read) {
  const Loaded loaded = load(R"(
data_directory: /data
time_zone: Europe/Berlin
retention: {days: 3, max_bytes: 1.5GiB}
sources:
  - tail: {paths: ["/a/*.json", /b], format: shop, from: end, name: shop, account: A1}
  - tcp: {listen: "[::1]:0"}
  - unix: {listen: /run/x.sock, format: caddy}
query: {listen: "localhost:1", max_rows: 7, idle_timeout: 1.5s}
web:
  {listen: "[::1]:2", hosts: insights.example, origins: ["https://a.example:8443"],
   max_connections: 9, metrics: {endpoints: 20}}
formats:
  shop:
    ts: {pointers: [/time, /t], time: unix_ms}
    account: /tenant
    duration_ms: {pointers: [/took], unit: us}
    ids: {call_id: /rid, order_id: [/order/id, /o]}
    only: {/kind: access, /n: [1, 2]}
    endpoints: ["/api/{x}"]
  shop2: {base: shop, account: /customer}
accounts:
  A1: {name: "A & Co", time_zone: UTC}
limits: {max_line_bytes: 64KiB, max_endpoints: 5}
redact: {keys: [pin], pointers: /a/b}
erasure: {enabled: true}
storage: {part_bytes: 10MB, flush_interval: 2s}
log: {level: debug}
)");
  for (const Problem& problem : loaded.problems) BOOST_ERROR(problem.to_string());
  BOOST_REQUIRE(loaded.config.has_value());
  const Config& config = *loaded.config;
  BOOST_TEST(config.data_directory == "/data");
  BOOST_TEST(config.time_zone == "Europe/Berlin");
  BOOST_TEST(config.retention.days == 3U);
  BOOST_TEST(config.retention.max_bytes == 3 * kGiB / 2);
  BOOST_REQUIRE(config.sources.size() == 3U);
  BOOST_TEST((config.sources[0] ==
              Source{"shop", "shop", "A1", TailSource{{"/a/*.json", "/b"}, TailFrom::end}}));
  BOOST_TEST((config.sources[1] == Source{"[::1]:0", "fortnight", "", TcpSource{{"::1", 0}}}));
  BOOST_TEST((config.sources[2] == Source{"/run/x.sock", "caddy", "", UnixSource{"/run/x.sock"}}));
  BOOST_TEST(config.query.max_rows == 7U);
  BOOST_TEST(config.query.idle_timeout.count() == 1500);
  BOOST_TEST(
      (config.web ==
       Web{true, {"::1", 2}, true, 9, {"insights.example"}, {"https://a.example:8443"}, 20}));
  const Format& shop = config.formats.at("shop");
  BOOST_TEST((shop.time == TimeFormat::unix_ms));
  BOOST_TEST((shop.ts == Pointers{"/time", "/t"}));
  BOOST_TEST((shop.duration_unit == DurationUnit::us));
  BOOST_TEST((shop.ids == std::vector<std::pair<std::string, Pointers>>{
                              {"call_id", {"/rid"}}, {"order_id", {"/order/id", "/o"}}}));
  BOOST_TEST((shop.only == std::vector<Rule>{{{"/kind", {"access"}}, {"/n", {"1", "2"}}}}));
  BOOST_TEST((config.formats.at("shop2").account == Pointers{"/customer"}));
  BOOST_TEST((config.formats.at("shop2").ids == shop.ids));
  BOOST_TEST(config.accounts.at("A1").name == "A & Co");
  BOOST_TEST(config.limits.max_line_bytes == 64 * kKiB);
  std::vector<std::string> keys = default_redact_keys();
  keys.emplace_back("pin");
  BOOST_TEST((config.redact == Redact{keys, {"/a/b"}}));
  BOOST_TEST(config.erasure.enabled);
  BOOST_TEST(!default_config().erasure.enabled);
  BOOST_TEST(config.storage.part_bytes == 10'000'000U);
  BOOST_TEST((config.log.level == LogLevel::debug));
}

BOOST_AUTO_TEST_CASE(a_problem_says_where_and_what_was_expected) {
  expect_problem("time_zone: UTC\nsorces: []\n", "f.yaml:2:1: unknown key `sorces`",
                 "did you mean `sources`?");
  expect_problem("retention:\n  days: a week\n", "f.yaml:2:9: bad value `a week`",
                 "expected a whole number of at least 1");
  expect_problem("retention: {days: 0}", "f.yaml:1:19: bad value `0`", "at least 1");
  expect_problem("retention: 14", "f.yaml:1:12: `retention` is `14`", "expected a mapping");
  expect_problem("retention: {days: 1, days: 2}", "f.yaml:1:22: `days` is given twice", "once");
  expect_problem("limits: {memory: 12 apples}", "f.yaml:1:18: bad value `12 apples`", "256MiB");
  expect_problem("limits: {future: 30}", "f.yaml:1:18: bad value `30`", "a duration, such as");
  expect_problem("query: {listen: 14002}", "f.yaml:1:17: bad address `14002`", "HOST:PORT");
  expect_problem("query: {listen: '::1:80'}", "f.yaml:1:17: bad address", "[::1]:14002");
  expect_problem("query: {listen: 'a:70000'}", "f.yaml:1:17: bad address", "HOST:PORT");
  expect_problem("erasure: true", "f.yaml:1:10: `erasure` is `true`", "expected a mapping");
  expect_problem("web: {enabled: maybe}", "f.yaml:1:16: bad value `maybe`", "true");
  expect_problem("web: {hosts: ['a.example:80']}", "f.yaml:1:15: bad value `a.example:80`",
                 "without a port");
  expect_problem("web: {origins: [a.example]}", "f.yaml:1:17: bad value `a.example`",
                 "https://tools");
  expect_problem("web: {origins: ['https://a.example/']}", "f.yaml:1:17: bad value",
                 "https://tools");
  expect_problem("web: {metrics: {endpoints: 1001}}", "f.yaml:1:28: bad value `1001`", "1000");
  expect_problem("web: {metrics: {endpoint: 5}}", "f.yaml:1:17: unknown", "endpoints");
  expect_problem("web: {listen: '127.0.0.1:14002'}", "f.yaml:1:1: ", "line 1");
  expect_problem("time_zone: Mars/Olympus", "f.yaml:1:12: unknown time zone `Mars/Olympus`",
                 "IANA");
  expect_problem("accounts: {a: {time_zone: X}}", "f.yaml:1:27: unknown time zone", "IANA");
  expect_problem("log: {level: warn}", "f.yaml:1:14: bad value `warn`", "did you mean `warning`?");
  expect_problem("sources: [{tcp: {format: fortnight}}]", "f.yaml:1:17: `tcp` has no `listen`", "");
  expect_problem("sources: [{}]", "f.yaml:1:11: a source of 0 kinds",
                 "just one of tail, tcp, udp, http and unix");
  expect_problem("sources: [{tcp: {listen: 'a:1', format: cady}}]", "f.yaml:1:41: bad value `cady`",
                 "did you mean `caddy`?");
  expect_problem("sources:\n- tcp: {listen: 'a:1'}\n- tcp: {listen: 'a:2', name: 'a:1'}\n",
                 "f.yaml:3:3: two sources are named `a:1`", "`name`");
  expect_problem("sources: [{tail: {paths: /a, from: begin}}]", "f.yaml:1:36: bad value `begin`",
                 "beginning end");
  expect_problem("formats: {x: {account: /a}}", "f.yaml:1:14: the format `x` has no `ts`",
                 "pointer");
  expect_problem("formats: {x: {ts: time}}", "f.yaml:1:19: bad value `time`", "a JSON pointer");
  expect_problem("formats: {x: {ts: /t, ids: {status: /s}}}",
                 "f.yaml:1:29: bad kind of ID `status`", "no field's");
  expect_problem("formats: {x: {ts: {pointers: /t, time: iso}}}", "f.yaml:1:40: bad value `iso`",
                 "rfc3339");
  expect_problem("redact: {pointers: [/a~2]}", "f.yaml:1:21: bad value `/a~2`", "a JSON pointer");
  expect_problem("redact:\n  keys:\n  - token\n  - \"*\"\n", "f.yaml:4:5: bad value `*`",
                 "this would match every one");
  expect_problem("redact: {keys: ['**']}", "f.yaml:1:17: bad value `**`", "every one");
  expect_problem("redact: {keys: ['*-*']}", "f.yaml:1:17: bad value `*-*`", "every one");
  expect_problem("redact: {keys: ['-']}", "f.yaml:1:17: bad value `-`", "a letter or digit");
  expect_problem("redact: {keys: /request/body/pin}", "f.yaml:1:16: bad value", "`pointers`");
  expect_problem("redact: {keys: [$.a.pin]}", "f.yaml:1:17: bad value", "`pointers`");
  expect_problem("redact: {keys: ['.*token']}", "f.yaml:1:17: bad value", "no regular expression");
  expect_problem("redact: {keys: ['^token$']}", "f.yaml:1:17: bad value", "no regular expression");
  expect_problem("redact: {keys: [' token']}", "f.yaml:1:17: bad value", "without a space");
  expect_problem("redact: {pointers: /a/*/b}", "f.yaml:1:20: bad value", "below `keys`");
  expect_problem("redact: {pointers: ['']}", "f.yaml:1:21: bad value ``", "a text");
  expect_problem("redact: {defaults: no}", "f.yaml:1:20: bad value `no`", "true false");
  expect_problem("formats: {x: {ts: /t, invalid_utf8: drop}}", "f.yaml:1:37: bad value `drop`",
                 "replace reject keep");
  expect_problem("a: [1, 2\nb: 3", "f.yaml:2:", "expected YAML");
  expect_problem("time_zone: UTC\n---\ntime_zone: UTC\n", "f.yaml:3:1: a second document",
                 "a single one");
  expect_problem("sources:\n", "f.yaml:2:1: `sources` is empty", "a list");
  expect_problem("- 1", "f.yaml:1:1: `configuration` is a list", "a mapping");
}

BOOST_AUTO_TEST_CASE(redaction_defaults_can_be_switched_off) {
  const auto keys_of = [](const std::string& text) {
    return load_text(text, "f.yaml", {}).config->redact.keys;
  };
  const std::vector<std::string> defaults = default_redact_keys();
  BOOST_TEST((keys_of("redact: {keys: []}") == defaults));
  BOOST_TEST((keys_of("redact: {keys: ['*token', pin]}").size() == defaults.size() + 1));
  BOOST_TEST((keys_of("redact: {defaults: true, keys: pin}").size() == defaults.size() + 1));
  BOOST_TEST((keys_of("redact: {defaults: false, keys: ['*token*', pin]}") ==
              std::vector<std::string>{"*token*", "pin"}));
  BOOST_TEST(keys_of("redact: {defaults: false}").empty());
}

BOOST_AUTO_TEST_CASE(all_problems_are_listed_in_the_files_order) {
  const std::vector<std::string> found =
      problems_of("log: {level: x}\nretention: {days: x}\nquery: {listen: x, y: 1}\n");
  BOOST_REQUIRE(found.size() == 4U);
  for (std::size_t i = 0; i < 4; ++i) {
    BOOST_TEST(found[i].starts_with("f.yaml:" + std::to_string(std::min<std::size_t>(i + 1, 3))));
  }
}

BOOST_AUTO_TEST_CASE(impossible_values_are_refused_with_their_line) {
  const auto tail = [](const std::string& paths) {
    return "sources:\n  - tail:\n      paths: " + paths + "\n";
  };
  expect_problem(tail("[]"), "f.yaml:3:14: no paths", "a path or more");
  expect_problem(tail("~"), "f.yaml:3:14: bad value nothing", "a text");
  expect_problem(tail("[~/logs/*.json]"), "f.yaml:3:15: `~/logs/*.json`", "isn't expanded");
  expect_problem(tail("['/logs/[a']"), "f.yaml:3:15: `/logs/[a`", "without its `]`");
  expect_problem(tail("['/logs/a{1}']"), "f.yaml:3:15: `/logs/a{1}`", "single alternative");
  expect_problem(tail("['/logs/**.log']"), "f.yaml:3:15: `/logs/**.log`", "stands alone");
  expect_problem(tail("[$LOGS/a.log]"), "f.yaml:3:15: `$LOGS/a.log`", "aren't expanded");
  expect_problem(tail("['/logs/${APP}.log']"), "f.yaml:3:15: `/logs/${APP}.log`",
                 "aren't expanded");
  expect_problem(tail("['file:///logs/a.log']"), "f.yaml:3:15: `file:///logs/a.log`", "a URL");
  expect_problem(tail("['!/logs/a.log']"), "f.yaml:3:15: `!/logs/a.log`", "can't be excluded");
  expect_problem(tail("[/logs/]"), "f.yaml:3:15: `/logs/`", "directories");
  expect_problem(tail("[/read-only]"), "f.yaml:3:15: `/read-only`", "can't be written to");
  expect_problem("query: {listen: 'nowhere:0'}", "f.yaml:1:17: `nowhere:0`", "no such host");
  expect_problem("data_directory: ~/calls", "f.yaml:1:17: `~/calls`", "isn't expanded");
  expect_problem("data_directory: ~", "f.yaml:1:17: bad value nothing", "a text");
  expect_problem("data_directory: /read-only", "f.yaml:1:17: `/read-only`", "written to");
  expect_problem("sources:\n  - unix: {listen: /read-only}\n", "f.yaml:2:20: `/read-only`",
                 "written to");
}

BOOST_AUTO_TEST_CASE(what_other_hosts_reach_needs_tls_and_identities) {
  const std::string pair = "tls: {certificate: c, key: k}\n";
  const std::string authority = "tls: {certificate: c, key: k, client_ca: a}\n";
  const std::string required = "access: {required: true}\n";
  const std::string query = "query: {listen: '0.0.0.0:1'}\n";
  const std::string web = "web: {listen: '0.0.0.0:1'}\n";
  const std::string source = "sources:\n  - tcp: {listen: '0.0.0.0:1'}\n";
  expect_problem(query, "f.yaml:1:17: `0.0.0.0:1`: other hosts can reach",
                 "a section `tls: {certificate: FILE, key: FILE}` and `access: {required: true}`");
  expect_problem(query + pair, "f.yaml:1:17: `0.0.0.0:1`", "expected `access: {required: true}`");
  expect_problem(query + required, "f.yaml:1:17: `0.0.0.0:1`", "expected a section `tls:");
  expect_problem("query: {listen: '0.0.0.0:1', tls: false}\n" + pair + required,
                 "f.yaml:1:17: `0.0.0.0:1`", "expected `tls: true`");
  expect_problem(web + pair + required, "f.yaml:1:15: `0.0.0.0:1`", "`web: {hosts: [NAME]}`");
  expect_problem(source + pair, "f.yaml:2:19: `0.0.0.0:1`", "`access: {required: true}`");
  expect_problem("sources:\n  - http: {listen: '0.0.0.0:1'}\n" + pair, "f.yaml:2:20: `0.0.0.0:1`",
                 "`access: {required: true}`");
  expect_problem(
      "sources:\n  - tcp: {listen: '0.0.0.0:1', require_identity: false}\n" + pair + required,
      "f.yaml:2:19: `require_identity: false`", "other hosts can reach");
  expect_problem("sources:\n  - udp: {listen: '0.0.0.0:1'}\n" + pair + required,
                 "f.yaml:2:19: `0.0.0.0:1`", "a loopback address");
  expect_problem("sources:\n  - udp: {listen: '127.0.0.1:1', require_identity: true}\n",
                 "f.yaml:2:19: `require_identity: true`", "say nothing of their sender");
  expect_problem("sources:\n  - unix: {listen: /s, datagrams: true, require_identity: true}\n",
                 "f.yaml:2:20: `require_identity: true`", "say nothing of their sender");
  expect_problem("query: {listen: '127.0.0.1:1', tls: true}\n", "f.yaml:1:17: `tls: true`",
                 "a section `tls:");
  expect_problem("tls: {certificate: c, key: wrong}", "f.yaml:1:6: ", "another's key");
  expect_problem("tls: {certificate: c}", "f.yaml:1:6: ", "key");
  expect_problem("query: {tls: yes}", "f.yaml:1:14: ", "true");

  const Loaded open =
      load(query + "web: {listen: '0.0.0.0:2', hosts: [a.example]}\n" + authority + required +
           "sources:\n  - tcp: {listen: '0.0.0.0:3'}\n" + "  - tcp: {listen: '127.0.0.1:4'}\n" +
           "  - tcp: {listen: '127.0.0.1:5', tls: true}\n");
  BOOST_REQUIRE(open.config);
  BOOST_TEST((open.config->query.tls == true));
  BOOST_TEST((open.config->web.tls == true));
  std::vector<bool> sources;
  for (const Source& one : open.config->sources) {
    sources.push_back(std::get<TcpSource>(one.from).tls.value_or(false));
  }
  BOOST_TEST((sources == std::vector<bool>{true, false, true}));
  const Loaded local = load(pair);
  BOOST_REQUIRE(local.config);
  BOOST_TEST(!local.config->query.tls);
  BOOST_TEST(load("web: {enabled: false, listen: '0.0.0.0:1'}").config.has_value());
}

BOOST_AUTO_TEST_CASE(sources_ask_who_sends_where_somebody_else_could) {
  const std::string sources =
      "sources:\n  - tcp: {listen: '127.0.0.1:1'}\n  - http: {listen: '127.0.0.1:2'}\n"
      "  - unix: {listen: /s1}\n  - udp: {listen: '127.0.0.1:1', name: udp}\n  - tail: {paths: "
      "[/f]}\n"
      "  - tcp: {listen: '127.0.0.1:3', require_identity: true}\n"
      "  - http: {listen: '127.0.0.1:4', require_identity: false}\n"
      "  - unix: {listen: /s2, require_identity: true, datagrams: false}\n"
      "  - unix: {listen: /s3, datagrams: true}\n";
  const auto asks = [](const Loaded& loaded) {
    BOOST_REQUIRE(loaded.config);
    std::vector<bool> all;
    for (const Source& one : loaded.config->sources)
      all.push_back(one.require_identity.value_or(false));
    return all;
  };
  BOOST_TEST((asks(load(sources)) ==
              std::vector<bool>{false, false, false, false, false, true, false, true, false}));
  BOOST_TEST((asks(load(sources + "access: {required: true}\n")) ==
              std::vector<bool>{true, true, false, false, false, true, false, true, false}));
  const Loaded beyond = load(
      "tls: {certificate: c, key: k}\naccess: {required: true}\nsources:\n"
      "  - tcp: {listen: '0.0.0.0:1'}\n  - http: {listen: '0.0.0.0:2'}\n");
  BOOST_TEST((asks(beyond) == std::vector<bool>{true, true}));
  BOOST_TEST((std::get<HttpSource>(beyond.config->sources[1].from).tls == true));
  BOOST_TEST(std::get<UnixSource>(load(sources).config->sources[8].from).datagrams);
  expect_problem("sources:\n  - tail: {paths: [/f], require_identity: true}\n",
                 "f.yaml:2:", "unknown key");
}

BOOST_AUTO_TEST_CASE(sources_drop_repeated_calls_if_they_say_so) {
  const Loaded loaded = load(
      "sources:\n  - tail: {paths: [/f], deduplicate: true}\n"
      "  - tcp: {listen: '127.0.0.1:1', deduplicate: 500}\n"
      "  - http: {listen: '127.0.0.1:2', deduplicate: false}\n  - unix: {listen: /s}\n");
  BOOST_REQUIRE(loaded.config);
  std::vector<std::uint32_t> kept;
  for (const Source& source : loaded.config->sources) kept.push_back(source.deduplicate);
  BOOST_TEST((kept == std::vector<std::uint32_t>{1'000'000, 500, 0, 0}));
  for (const std::string value : {"0", "100000001", "-1", "yes please", "[1]"}) {
    expect_problem("sources:\n  - tail: {paths: [/f], deduplicate: " + value + "}\n",
                   "f.yaml:2:", "at least 1 and at most 100000000");
  }
}

BOOST_AUTO_TEST_CASE(names_of_certificates_have_known_rights) {
  const Loaded loaded = load(
      "access:\n  certificates:\n    - {san: a.example, rights: [counts], accounts: [A, B]}\n"
      "    - {san: b.example, rights: counts}\n");
  BOOST_REQUIRE(loaded.config);
  const auto& certificates = loaded.config->access.certificates;
  BOOST_REQUIRE(certificates.size() == 2U);
  BOOST_TEST(certificates[0].san == "a.example");
  BOOST_TEST((certificates[0].accounts == std::vector<std::string>{"A", "B"}));
  BOOST_TEST(!certificates[1].accounts);
  expect_problem("access: {certificates: [{san: a, rights: [all]}]}",
                 "f.yaml:1:42: ", "no right `all`");
  expect_problem("access: {certificates: [{rights: [counts]}]}", "f.yaml:1:25: ", "san");
}

BOOST_AUTO_TEST_CASE(patterns_with_depth_and_alternatives_are_fine) {
  for (const std::string paths : {"/logs/**/*.json", "/logs/{api,web}/[0-9]*.log", "/logs/a$.log",
                                  "/logs/\\$a.log", "\\!a/b.log"}) {
    BOOST_TEST(problems_of("sources:\n  - tail: {paths: ['" + paths + "']}\n").empty(), paths);
  }
}

BOOST_AUTO_TEST_CASE(duplicates_are_refused_at_the_second_place) {
  expect_problem("sources:\n  - unix: {listen: /run/a}\n  - unix: {listen: /link/a}\n",
                 "f.yaml:3:20: `/run/a` is listened on twice", "line 2");
  expect_problem(
      "sources:\n  - tcp: {name: a, listen: '127.0.0.1:1'}\n"
      "  - tcp: {name: b, listen: '127.0.0.1:1'}\n",
      "f.yaml:3:28: `127.0.0.1:1` is listened on twice", "line 2");
  expect_problem("sources:\n  - tcp: {listen: '127.0.0.1:1'}\nquery: {listen: '127.0.0.1:1'}\n",
                 "f.yaml:3:17: `127.0.0.1:1` is listened on twice", "line 2");
  expect_problem("sources:\n  - tcp: {listen: '127.0.0.1:14002'}\n", "f.yaml:1:1: ", "line 2");
  expect_problem("query: {listen: '127.0.0.1:14001'}\n", "f.yaml:1:1: ", "line 1");
  expect_problem("sources:\n  - unix: {name: a, listen: /x}\n  - unix: {name: b, listen: /x}\n",
                 "f.yaml:3:29: `/x` is listened on twice", "line 2");
  BOOST_TEST(problems_of("sources:\n  - tcp: {name: a, listen: '127.0.0.1:0'}\n"
                         "  - tcp: {name: b, listen: '127.0.0.1:0'}\n"
                         "  - tail: {paths: [/a/*.json, /a/b.json]}\n"
                         "  - tail: {paths: [/b/*.json]}\n")
                 .empty());
}

BOOST_AUTO_TEST_CASE(a_file_that_cannot_be_read_is_a_problem) {
  const Loaded loaded = load_file("/nonexistent/f.yaml", {});
  BOOST_TEST(!loaded.config.has_value());
  BOOST_REQUIRE(loaded.problems.size() == 1U);
  BOOST_TEST(loaded.problems[0].to_string() ==
             "/nonexistent/f.yaml: can't be read: No such file or directory");
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace
}  // namespace fortnight::config
