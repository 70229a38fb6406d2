// What is read of the configurations of Promtail and Vector.
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
