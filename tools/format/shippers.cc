#include "tools/format/shippers.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "tools/format/filebeat.h"
#include "tools/format/shipper_nodes.h"
#include "tools/format/shipper_parts.h"

namespace fortnight::format {
namespace {

class Promtail {
 public:
  static bool is(const YAML::Node& root) { return at(root, "scrape_configs").IsDefined(); }

  static Shipper read(const YAML::Node& root) {
    Shipper shipper{"Promtail", {}, {}};
    for (const YAML::Node& job : elements(at(root, "scrape_configs"))) read_job(job, shipper);
    return shipper;
  }

 private:
  static void read_job(const YAML::Node& job, Shipper& shipper) {
    const std::string name = text_at(job, "job_name");
    const std::string of = "scrape_configs " + (name.empty() ? "without a job_name" : name);
    for (const YAML::Node& target : elements(at(job, "static_configs"))) {
      const YAML::Node labels = at(target, "labels");
      const std::string path = text_at(labels, "__path__");
      if (path.empty()) continue;
      ShippedFiles files{of, name, {pattern(path)}, {}, false, {}};
      for (const std::string& label : keys(labels)) {
        if (!label.starts_with("__")) add_word(files, text_at(labels, label));
      }
      note_excluded(files, texts_at(labels, "__path_exclude__"));
      add(job, std::move(files), shipper);
    }
    if (at(job, "kubernetes_sd_configs").IsDefined()) {
      ShippedFiles files{of, name, {kPods}, {}, false, {}};
      files.notes.emplace_back(
          "it follows the pods that its relabel_configs choose: choose by the path, as in "
          "/var/log/pods/NAMESPACE_*/*/*.log");
      add(job, std::move(files), shipper);
    }
    if (at(job, "docker_sd_configs").IsDefined()) {
      add(job, {of, name, {kContainers}, {}, false, {}}, shipper);
    }
    static constexpr std::string_view kOthers[] = {"journal",
                                                   "syslog",
                                                   "loki_push_api",
                                                   "gcplog",
                                                   "azure_event_hubs",
                                                   "kafka",
                                                   "gelf",
                                                   "cloudflare",
                                                   "heroku_drain",
                                                   "windows_events",
                                                   "file_sd_configs",
                                                   "consul_sd_configs",
                                                   "consulagent_sd_configs"};
    for (const std::string_view other : kOthers) {
      if (at(job, other).IsDefined()) shipper.notes.push_back(fmt::format("{}: {}", of, other));
    }
  }

  static void add(const YAML::Node& job, ShippedFiles files, Shipper& shipper) {
    add_word(files, files.name);
    bool others = false;
    for (const YAML::Node& stage : elements(at(job, "pipeline_stages"))) {
      for (const std::string& kind : keys(stage))
        others = others || (kind != "docker" && kind != "cri");
    }
    if (others)
      files.notes.emplace_back("its pipeline_stages aren't taken over: a format reads the lines");
    shipper.files.push_back(std::move(files));
  }
};

class Vector {
 public:
  static bool is(const YAML::Node& root) {
    const std::vector<std::string> names = keys(at(root, "sources"));
    return std::any_of(names.begin(), names.end(), [&](const std::string& name) {
      return !text_at(at(root, "sources")[name], "type").empty();
    });
  }

  static Shipper read(const YAML::Node& root) {
    Shipper shipper{"Vector", {}, {}};
    const YAML::Node sources = at(root, "sources");
    for (const std::string& name : keys(sources)) read_source(name, sources[name], shipper);
    return shipper;
  }

 private:
  static void read_source(const std::string& name, const YAML::Node& source, Shipper& shipper) {
    const std::string type = text_at(source, "type");
    ShippedFiles files{"sources." + name, name, {}, {}, false, {}};
    if (type == "file") {
      for (const std::string& path : texts_at(source, "include")) {
        files.paths.push_back(pattern(escaped(path, "{}\\")));
      }
      files.from_end = text_at(source, "read_from") == "end";
      note_excluded(files, texts_at(source, "exclude"));
      if (at(source, "multiline").IsDefined()) {
        files.notes.emplace_back("its multiline isn't taken over: a call is one line");
      }
    } else if (type == "kubernetes_logs") {
      files.paths = {kPods};
      files.notes.emplace_back("choose pods by the path, as in /var/log/pods/NAMESPACE_*/*/*.log");
    } else if (type == "docker_logs") {
      files.paths = {kContainers};
    }
    if (files.paths.empty()) {
      shipper.notes.push_back(fmt::format("{}: type {}", files.of, type));
      return;
    }
    add_word(files, name);
    shipper.files.push_back(std::move(files));
  }
};

}  // namespace

Result<Shipper> parse_shipper(const std::string& text, const std::string& path) {
  FORTNIGHT_ASSIGN(const Tree tree, parse_tree(text, path));
  const YAML::Node& root = tree.root;
  const std::string directory = std::filesystem::path(path).parent_path().string();
  try {
    if (Promtail::is(root)) return Promtail::read(root);
    if (is_filebeat(root)) return read_filebeat(root, directory);
    if (Vector::is(root)) return Vector::read(root);
  } catch (const YAML::Exception& failed) {
    return Error{ErrorCode::invalid, path + ": " + failed.what()};
  }
  return Error{ErrorCode::invalid,
               path +
                   ": no configuration of Promtail (scrape_configs), Filebeat (filebeat.inputs, "
                   "filebeat.modules) or Vector (sources)"};
}

Result<Shipper> read_shipper(const std::string& path) {
  FORTNIGHT_ASSIGN(const std::string text, text_of_file(path));
  return parse_shipper(text, path);
}

}  // namespace fortnight::format
