// What is read of the configuration of Filebeat.
#include "tools/format/filebeat.h"

#include <boost/test/unit_test.hpp>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "tests/support/temporary_directory.h"
#include "tools/format/shippers.h"

namespace fortnight::format {

BOOST_AUTO_TEST_SUITE(filebeat_configuration)

namespace {

using Texts = std::vector<std::string>;

Shipper parsed(const std::string& text, const std::string& path = "it.yaml") {
  auto shipper = parse_shipper(text, path);
  BOOST_REQUIRE_MESSAGE(shipper, shipper.error().message);
  return *shipper;
}

bool mentions(const Texts& notes, const std::string& part) {
  for (const std::string& note : notes) {
    if (note.find(part) != std::string::npos) return true;
  }
  return false;
}

}  // namespace

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
filebeat.config.modules: {path: "${path.home}/modules.d/*.yml"}
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
  BOOST_TEST(shipper.files[3].words == (Texts{"combined", "nginx"}),
             boost::test_tools::per_element());
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

BOOST_AUTO_TEST_CASE(filebeat_includes_modules_and_inputs) {
  const tests::TemporaryDirectory directory;
  const std::string& base = directory.path();
  std::filesystem::create_directories(base + "/modules.d");
  std::filesystem::create_directories(base + "/inputs.d");
  const auto write = [&](const std::string& name, const std::string& text) {
    std::ofstream(base + "/" + name) << text;
  };
  write("modules.d/apache.yml", R"(
# Module: apache
- module: apache
  access:
    enabled: true
  error:
    enabled: false
)");
  write("modules.d/broken.yml", "- module: [\n");
  write("modules.d/haproxy.yml", R"(
- module: haproxy
  log: {enabled: true}
- module: haproxy
  log: {enabled: true, var.input: file, var.paths: [/var/log/haproxy.log]}
)");
  write("modules.d/map.yml", "module: nginx\n");
  write("modules.d/nginx.yml", R"(
- module: nginx
  access:
    enabled: true
    var.paths: ["/srv/a/access.log", "/srv/b/access.log"]
  error: {enabled: true}
  ingress_controller: {enabled: false}
)");
  write("modules.d/nothing.yml", "# - module: nginx\n");
  write("modules.d/redis.yml.disabled", "- module: redis\n  log: {enabled: true}\n");
  write("modules.d/traefik.yml", R"(
- module: traefik
  access.enabled: true
  access.var.paths: /srv/traefik.log
- module: envoyproxy
  enabled: false
  log: {enabled: true}
)");
  write("inputs.d/shop.yml", R"(
- type: filestream
  id: shop
  paths: [/srv/shop/*.log]
- type: udp
  host: localhost:9000
)");
  write("filebeat.yml", R"(
filebeat.inputs: [{type: log, paths: [/srv/first.log]}]
filebeat.config.modules:
  path: ${path.config}/modules.d/*.yml
  reload.enabled: false
filebeat.config.inputs: {enabled: true, path: inputs.d/*.yml}
)");
  const auto shipper = read_shipper(base + "/filebeat.yml");
  BOOST_REQUIRE(shipper);
  Texts found;
  for (const ShippedFiles& files : shipper->files) {
    std::string text = files.of + ":";
    for (const std::string& path : files.paths) text += " " + path;
    found.push_back(text);
  }
  const std::string modules = ", in " + base + "/modules.d/";
  BOOST_TEST(
      found ==
          (Texts{"filebeat.inputs log: /srv/first.log",
                 "filebeat.inputs shop, in " + base + "/inputs.d/shop.yml: /srv/shop/*.log",
                 "filebeat.modules apache access" + modules +
                     "apache.yml: /var/log/apache2/access.log* "
                     "/var/log/apache2/other_vhosts_access.log* /var/log/httpd/access_log*",
                 "filebeat.modules haproxy log" + modules + "haproxy.yml: /var/log/haproxy.log",
                 "filebeat.modules nginx access" + modules +
                     "nginx.yml: /srv/a/access.log /srv/b/access.log",
                 "filebeat.modules traefik access" + modules + "traefik.yml: /srv/traefik.log"}),
      boost::test_tools::per_element());
  for (const std::string& part :
       Texts{"type udp, in " + base, "apache error: not enabled" + modules + "apache.yml",
             "haproxy log: it reads no files (var.input: syslog)" + modules,
             base + "/modules.d/broken.yml:", "map.yml: no list", "nginx error: no log of calls",
             "nginx ingress_controller: not enabled", "envoyproxy: not enabled"}) {
    BOOST_TEST(mentions(shipper->notes, part), part);
  }
  BOOST_TEST(!mentions(shipper->notes, "redis"));
  BOOST_TEST(!mentions(shipper->notes, "nothing.yml"));

  // One of the files alone.
  const auto alone = read_shipper(base + "/modules.d/nginx.yml");
  BOOST_REQUIRE(alone);
  BOOST_TEST(alone->name == "Filebeat");
  BOOST_REQUIRE(alone->files.size() == 1U);
  BOOST_TEST(alone->files[0].of == "filebeat.modules nginx access");
  const auto inputs = read_shipper(base + "/inputs.d/shop.yml");
  BOOST_REQUIRE(inputs);
  BOOST_TEST(inputs->files.size() == 1U);
}

BOOST_AUTO_TEST_CASE(filebeat_includes_nothing) {
  const tests::TemporaryDirectory directory;
  const std::string path = directory.path() + "/filebeat.yml";
  const Shipper none = parsed("filebeat.config.modules.path: '${path.config}/m/*.yml'\n", path);
  BOOST_TEST(none.notes == Texts{"filebeat.config.modules: there are no files " + directory.path() +
                                 "/m/*.yml"},
             boost::test_tools::per_element());
  for (const char* const off :
       {"filebeat.config.modules: {enabled: false, path: 'm/*.yml'}\n",
        "filebeat: {config: {inputs: {enabled: false, path: 'm/*.yml'}}}\n"}) {
    BOOST_TEST(parsed(off, path).notes.empty());
  }
  // Where the file says that they are.
  const Shipper elsewhere =
      parsed("path.config: /etc/x\nfilebeat.config.inputs.path: m/*.yml\n", path);
  BOOST_TEST(mentions(elsewhere.notes, "/etc/x/m/*.yml"));
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::format
