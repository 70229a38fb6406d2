// What is read of the configurations of Promtail, Filebeat and Vector.
#include "tools/format/shippers.h"

#include <boost/test/unit_test.hpp>
#include <string>
#include <vector>

namespace fortnight::format {

BOOST_AUTO_TEST_SUITE(shippers)

namespace {

using Texts = std::vector<std::string>;

Shipper parsed(const std::string& text, const std::string& path = "it.yaml") {
  auto shipper = parse_shipper(text, path);
  BOOST_REQUIRE_MESSAGE(shipper, shipper.error().message);
  return *shipper;
}

std::string refusal(const std::string& text, const std::string& path = "it.yaml") {
  const auto shipper = parse_shipper(text, path);
  BOOST_REQUIRE(!shipper);
  BOOST_TEST((shipper.error().code == ErrorCode::invalid));
  return shipper.error().message;
}

bool mentions(const Texts& notes, const std::string& part) {
  for (const std::string& note : notes) {
    if (note.find(part) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

BOOST_AUTO_TEST_CASE(promtail) {
  const Shipper shipper = parsed(R"(
server: {http_listen_port: 9080}
clients: [{url: "http://loki:3100/loki/api/v1/push"}]
scrape_configs:
  - job_name: web
    static_configs:
      - targets: [localhost]
        labels: {job: Shop, app: nginx, __path__: "/var/log/nginx/{a,b}[^0].json",
                 __path_exclude__: "/var/log/nginx/old*"}
      - targets: [localhost]
        labels: {job: shop, __path__: /srv/**}
    pipeline_stages:
      - docker: {}
      - json: {expressions: {status: status}}
  - job_name: pods
    kubernetes_sd_configs: [{role: pod}]
  - job_name: containers
    docker_sd_configs: [{host: unix:///var/run/docker.sock}]
    pipeline_stages: [{cri: {}}]
  - job_name: journal
    journal: {path: /var/log/journal}
  - just a text
)");
  BOOST_TEST(shipper.name == "Promtail");
  BOOST_REQUIRE(shipper.files.size() == 4U);
  const ShippedFiles& web = shipper.files[0];
  BOOST_TEST(web.of == "scrape_configs web");
  BOOST_TEST(web.paths == Texts{"/var/log/nginx/{a,b}[!0].json"}, boost::test_tools::per_element());
  BOOST_TEST(web.words == (Texts{"shop", "nginx", "web"}), boost::test_tools::per_element());
  BOOST_TEST(mentions(web.notes, "/var/log/nginx/old*"));
  BOOST_TEST(mentions(web.notes, "pipeline_stages"));
  BOOST_TEST(shipper.files[1].paths == Texts{"/srv/**/*"}, boost::test_tools::per_element());
  BOOST_TEST(shipper.files[2].paths == Texts{"/var/log/pods/*/*/*.log"},
             boost::test_tools::per_element());
  BOOST_TEST(shipper.files[3].paths == Texts{"/var/lib/docker/containers/*/*-json.log"},
             boost::test_tools::per_element());
  BOOST_TEST(!mentions(shipper.files[3].notes, "pipeline_stages"));
  BOOST_TEST(shipper.notes == Texts{"scrape_configs journal: journal"},
             boost::test_tools::per_element());
}

BOOST_AUTO_TEST_CASE(filebeat) {
  const Shipper shipper = parsed(R"(
filebeat.inputs:
- type: filestream
  id: shop
  paths: [/var/log/shop/*.log, "/srv/{x}/a.log"]
  tags: [Express]
  fields: {team: web}
  parsers: [{ndjson: {keys_under_root: true}}, {multiline: {type: pattern, pattern: '^\['}}]
  prospector.scanner.exclude_files: ['\.gz$']
- type: log
  enabled: false
  paths: [/var/log/*.log]
- type: log
  tail_files: true
  paths: /var/log/one.log
  exclude_lines: [DEBUG]
- type: docker
  containers.ids: ['*']
- type: udp
  host: localhost:9000
filebeat.modules:
- module: nginx
  access: {enabled: true}
  error: {enabled: true}
- module: apache
  access: {var.paths: ["/srv/apache/access*"]}
  error: {enabled: false}
- module: own
  access: {}
filebeat.config.modules: {path: "${path.config}/modules.d/*.yml"}
output.elasticsearch: {hosts: [localhost]}
)");
  BOOST_TEST(shipper.name == "Filebeat");
  BOOST_REQUIRE(shipper.files.size() == 5U);
  const ShippedFiles& shop = shipper.files[0];
  BOOST_TEST(shop.of == "filebeat.inputs shop");
  BOOST_TEST(shop.paths == (Texts{"/var/log/shop/*.log", "/srv/\\{x\\}/a.log"}),
             boost::test_tools::per_element());
  BOOST_TEST(shop.words == (Texts{"shop", "express", "web"}), boost::test_tools::per_element());
  BOOST_TEST(mentions(shop.notes, "multiline"));
  BOOST_TEST(mentions(shop.notes, "\\.gz$"));
  BOOST_TEST(!shop.from_end);
  BOOST_TEST(shipper.files[1].from_end);
  BOOST_TEST(mentions(shipper.files[1].notes, "exclude_lines"));
  BOOST_TEST(shipper.files[2].paths == Texts{"/var/lib/docker/containers/*/*-json.log"},
             boost::test_tools::per_element());
  BOOST_TEST(shipper.files[3].paths == Texts{"/var/log/nginx/access.log*"},
             boost::test_tools::per_element());
  BOOST_TEST(shipper.files[3].words == Texts{"nginx"}, boost::test_tools::per_element());
  BOOST_TEST(shipper.files[4].paths == Texts{"/srv/apache/access*"},
             boost::test_tools::per_element());
  for (const char* const part :
       {"log: not enabled", "type udp", "nginx error: no log of calls", "apache error: not enabled",
        "own access: its paths aren't known", "modules.d/*.yml"}) {
    BOOST_TEST(mentions(shipper.notes, part), part);
  }
}

BOOST_AUTO_TEST_CASE(filebeat_with_nested_keys) {
  const Shipper shipper = parsed(R"(
filebeat:
  inputs: [{type: container, paths: [/var/log/containers/*.log]}]
  config: {inputs: {path: inputs.d/*.yml}}
)");
  BOOST_REQUIRE(shipper.files.size() == 1U);
  BOOST_TEST(mentions(shipper.notes, "inputs.d/*.yml"));
}

BOOST_AUTO_TEST_CASE(vector) {
  const std::string toml = R"(
data_dir = "/var/lib/vector"
[sources.web]
type = "file"
include = ["/var/log/caddy/*.json", "/srv/[!a]{b}/x.log"]
exclude = ["/var/log/caddy/old.json"]
read_from = "end"
[sources.web.multiline]
start_pattern = '^\{'
[sources.pods]
type = "kubernetes_logs"
[sources.host]
type = "host_metrics"
[sinks.out]
type = "console"
inputs = ["web"]
)";
  const std::string yaml = R"(
sources:
  web: {type: file, include: [/var/log/caddy/*.json, '/srv/[!a]{b}/x.log'],
        exclude: [/var/log/caddy/old.json], read_from: end, multiline: {start_pattern: x}}
  pods: {type: kubernetes_logs}
  host: {type: host_metrics}
)";
  for (const Shipper& shipper : {parsed(toml, "vector.toml"), parsed(yaml, "vector.yaml")}) {
    BOOST_TEST(shipper.name == "Vector");
    BOOST_REQUIRE(shipper.files.size() == 2U);
    const bool web_first = shipper.files[0].name == "web";
    const ShippedFiles& web = shipper.files[web_first ? 0 : 1];
    BOOST_TEST(web.of == "sources.web");
    BOOST_TEST(web.paths == (Texts{"/var/log/caddy/*.json", "/srv/[!a]\\{b\\}/x.log"}),
               boost::test_tools::per_element());
    BOOST_TEST(web.from_end);
    BOOST_TEST(mentions(web.notes, "old.json"));
    BOOST_TEST(mentions(web.notes, "multiline"));
    BOOST_TEST(shipper.files[web_first ? 1 : 0].paths == Texts{"/var/log/pods/*/*/*.log"},
               boost::test_tools::per_element());
    BOOST_TEST(shipper.notes == Texts{"sources.host: type host_metrics"},
               boost::test_tools::per_element());
  }
}

BOOST_AUTO_TEST_CASE(what_is_none_is_refused) {
  BOOST_TEST(refusal("").find("no configuration of Promtail") != std::string::npos);
  BOOST_TEST(refusal("a: b\n").find("no configuration of Promtail") != std::string::npos);
  // Fortnight's own.
  BOOST_TEST(refusal("sources: [{tail: {paths: [/a]}}]\n").find("no conf") != std::string::npos);
  BOOST_TEST(refusal("a: [\n\nb").starts_with("it.yaml:"));
  BOOST_TEST(refusal("a = \n", "x/v.toml").starts_with("x/v.toml:1: "));
}

BOOST_AUTO_TEST_CASE(odd_values_count_as_missing) {
  for (const char* const text :
       {"scrape_configs: 7\n", "scrape_configs: [1, {static_configs: {a: b}}]\n",
        "scrape_configs: [{job_name: [x], static_configs: [{labels: [1]}, 3, {labels: {__path__: "
        "{}}}]}]\n",
        "filebeat.inputs: {type: log}\n", "filebeat.inputs: [[], {type: log, paths: {a: b}}]\n",
        "filebeat.modules: [{module: {}}, {module: nginx, access: 3, error: [1]}, 4]\n",
        "sources: {a: {type: file, include: {x: y}}, b: 3, c: {type: [file]}}\n",
        "sources: {a: {type: file}}\n? [complex, key]\n: x\n"}) {
    const auto shipper = parse_shipper(text, "it.yaml");
    if (shipper) {
      for (const ShippedFiles& files : shipper->files) BOOST_TEST(!files.paths.empty(), text);
    }
  }
}

BOOST_AUTO_TEST_CASE(depth_is_limited) {
  std::string yaml = "sources: ";
  std::string toml = "sources = ";
  for (int i = 0; i < 100'000; ++i) {
    yaml += '[';
    toml += '[';
  }
  BOOST_TEST(!parse_shipper(yaml, "deep.yaml"));
  BOOST_TEST(!parse_shipper(toml, "deep.toml"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::format
