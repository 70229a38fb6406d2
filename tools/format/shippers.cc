#include "tools/format/shippers.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <map>

#include "base/ascii.h"
#include "tools/format/shipper_nodes.h"

namespace fortnight::format {
namespace {

constexpr const char* kPods = "/var/log/pods/*/*/*.log";
constexpr const char* kContainers = "/var/lib/docker/containers/*/*-json.log";

bool is_true(const std::string& text) { return lower(text) == "true"; }

void add_word(ShippedFiles& files, const std::string& word) {
  if (!word.empty()) files.words.push_back(lower(word));
}

// Escapes characters that only Fortnight's patterns have a meaning for. A path with a variable of
// the environment can't be taken over anyway.
std::string escaped(const std::string& path, std::string_view characters) {
  if (path.find("${") != std::string::npos) return path;
  std::string out;
  for (const char c : path) {
    if (characters.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

// "[^a]" is "[!a]" here, and "/var/log/**" is every file below it.
std::string pattern(std::string path) {
  for (std::size_t i = path.find("[^"); i != std::string::npos; i = path.find("[^", i + 2)) {
    path[i + 1] = '!';
  }
  return path.ends_with("/**") ? path + "/*" : path;
}

void note_excluded(ShippedFiles& files, const std::vector<std::string>& excluded) {
  for (const std::string& path : excluded) {
    files.notes.push_back("it leaves out " + path + ": choose `paths` that don't match these");
  }
}

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

class Filebeat {
 public:
  static bool is(const YAML::Node& root) {
    return at(root, "filebeat.inputs").IsDefined() || at(root, "filebeat.modules").IsDefined() ||
           at(root, "filebeat.autodiscover").IsDefined() ||
           at(root, "filebeat.config").IsDefined() ||
           at(root, "filebeat.config.inputs").IsDefined() ||
           at(root, "filebeat.config.modules").IsDefined();
  }

  static Shipper read(const YAML::Node& root) {
    Shipper shipper{"Filebeat", {}, {}};
    for (const YAML::Node& input : elements(at(root, "filebeat.inputs")))
      read_input(input, shipper);
    for (const YAML::Node& module : elements(at(root, "filebeat.modules"))) {
      read_module(module, shipper);
    }
    if (at(root, "filebeat.autodiscover").IsDefined()) {
      shipper.notes.emplace_back("filebeat.autodiscover: files of containers are in " +
                                 std::string(kContainers) + " or " + kPods);
    }
    for (const char* const kind : {"inputs", "modules"}) {
      const std::string path = text_at(at(root, std::string("filebeat.config.") + kind), "path");
      if (!path.empty()) {
        shipper.notes.push_back(
            fmt::format("filebeat.config.{}: the files {} are not read: import "
                        "them too",
                        kind, path));
      }
    }
    return shipper;
  }

 private:
  static void read_input(const YAML::Node& input, Shipper& shipper) {
    const std::string type = text_at(input, "type");
    const std::string id = text_at(input, "id");
    const std::string of = "filebeat.inputs " + (id.empty() ? type : id);
    if (lower(text_at(input, "enabled")) == "false") {
      shipper.notes.push_back(of + ": not enabled");
      return;
    }
    ShippedFiles files{of, id, {}, {}, is_true(text_at(input, "tail_files")), {}};
    if (type == "log" || type == "filestream" || type == "container") {
      for (const std::string& path : texts_at(input, "paths")) {
        files.paths.push_back(pattern(escaped(path, "{}")));
      }
    } else if (type == "docker") {
      for (const std::string& container : texts_at(input, "containers.ids")) {
        files.paths.push_back("/var/lib/docker/containers/" + container + "/*-json.log");
      }
    }
    if (files.paths.empty()) {
      shipper.notes.push_back(of + ": " + (type.empty() ? "without a type" : "type " + type));
      return;
    }
    add_word(files, id);
    for (const std::string& tag : texts_at(input, "tags")) add_word(files, tag);
    const YAML::Node fields = at(input, "fields");
    for (const std::string& field : keys(fields)) add_word(files, text_at(fields, field));
    for (const char* const key : {"exclude_files", "prospector.scanner.exclude_files"}) {
      note_excluded(files, texts_at(input, key));
    }
    for (const char* const key : {"include_lines", "exclude_lines"}) {
      if (!texts_at(input, key).empty()) {
        files.notes.push_back(std::string("its ") + key +
                              " aren't taken over: `only` and `except` of a format choose lines");
      }
    }
    bool multiline =
        at(input, "multiline").IsDefined() || at(input, "multiline.pattern").IsDefined();
    for (const YAML::Node& parser : elements(at(input, "parsers"))) {
      multiline = multiline || at(parser, "multiline").IsDefined();
    }
    if (multiline) files.notes.emplace_back("its multiline isn't taken over: a call is one line");
    shipper.files.push_back(std::move(files));
  }

  // The access logs of a module; its other logs aren't of calls.
  static void read_module(const YAML::Node& module, Shipper& shipper) {
    static const std::map<std::string, std::string, std::less<>> kUsual = {
        {"nginx", "/var/log/nginx/access.log*"},
        {"apache", "/var/log/apache2/access.log*"},
        {"traefik", "/var/log/traefik/access.log*"},
        {"haproxy", "/var/log/haproxy.log*"}};
    const std::string name = text_at(module, "module");
    for (const std::string& set : keys(module)) {
      if (set == "module") continue;
      const YAML::Node fileset = at(module, set);
      const std::string of = fmt::format("filebeat.modules {} {}", name, set);
      if (lower(text_at(fileset, "enabled")) == "false") {
        shipper.notes.push_back(of + ": not enabled");
        continue;
      }
      const bool calls = set == "access" || (name == "haproxy" && set == "log");
      std::vector<std::string> paths = texts_at(fileset, "var.paths");
      const auto usual = kUsual.find(name);
      if (calls && paths.empty() && usual != kUsual.end()) paths = {usual->second};
      if (!calls || paths.empty()) {
        shipper.notes.push_back(of + (calls ? ": its paths aren't known" : ": no log of calls"));
        continue;
      }
      ShippedFiles files{of, name, {}, {lower(name)}, false, {}};
      for (const std::string& path : paths) files.paths.push_back(pattern(escaped(path, "{}")));
      shipper.files.push_back(std::move(files));
    }
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
  try {
    if (Promtail::is(root)) return Promtail::read(root);
    if (Filebeat::is(root)) return Filebeat::read(root);
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
  std::ifstream file(path, std::ios::binary);
  if (!file) return io_error("can't read " + path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  if (file.bad()) return io_error("can't read " + path);
  return parse_shipper(text, path);
}

}  // namespace fortnight::format
