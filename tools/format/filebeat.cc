#include "tools/format/filebeat.h"

#include <fmt/format.h>
#include <glob.h>

#include <algorithm>

#include "base/ascii.h"
#include "tools/format/shipper_nodes.h"
#include "tools/format/shipper_parts.h"

namespace fortnight::format {
namespace {

// Of one pattern.
constexpr std::size_t kMostIncluded = 1000;

bool is_off(const YAML::Node& node) { return lower(text_at(node, "enabled")) == "false"; }

// A fileset of a module that reads the log of calls.
struct CallsFileset {
  const char* module;
  const char* fileset;
  std::vector<const char*> usual_paths;  // where Filebeat looks without var.paths
  // The preset of the lines that the module expects; null: there is none, and the module's name
  // may be that of a preset of other lines.
  const char* format;
};

const CallsFileset* calls_fileset(std::string_view module, std::string_view fileset) {
  static const std::vector<CallsFileset> kAll = {
      {"nginx", "access", {"/var/log/nginx/access.log*"}, "combined"},
      {"nginx", "ingress_controller", {"/var/log/nginx/ingress.log*"}, nullptr},
      {"apache",
       "access",
       {"/var/log/apache2/access.log*", "/var/log/apache2/other_vhosts_access.log*",
        "/var/log/httpd/access_log*"},
       "combined"},
      {"apache2", "access", {"/var/log/apache2/access.log*"}, "combined"},
      {"traefik", "access", {"/var/log/traefik/access.log*"}, nullptr},
      {"haproxy", "log", {"/var/log/haproxy.log*"}, nullptr},
      {"envoyproxy", "log", {"/var/log/envoy.log*"}, nullptr}};
  const auto found = std::find_if(kAll.begin(), kAll.end(), [&](const CallsFileset& one) {
    return one.module == module && one.fileset == fileset;
  });
  return found == kAll.end() ? nullptr : &*found;
}

class Filebeat {
 public:
  explicit Filebeat(std::string directory) : directory_(std::move(directory)) {}

  Shipper read(const YAML::Node& root) {
    if (root.IsSequence()) {
      read_list(root);
      return std::move(shipper_);
    }
    const std::string own = text_at(root, "path.config");
    if (!own.empty()) directory_ = own;
    for (const YAML::Node& input : elements(at(root, "filebeat.inputs"))) read_input(input);
    for (const YAML::Node& module : elements(at(root, "filebeat.modules"))) read_module(module);
    if (at(root, "filebeat.autodiscover").IsDefined()) {
      note("filebeat.autodiscover: files of containers are in " + std::string(kContainers) +
           " or " + kPods);
    }
    for (const char* const kind : {"inputs", "modules"}) include(root, kind);
    return std::move(shipper_);
  }

 private:
  void note(std::string text) { shipper_.notes.push_back(std::move(text)); }

  // A file of inputs or of modules.
  void read_list(const YAML::Node& list) {
    for (const YAML::Node& element : elements(list)) {
      at(element, "module").IsDefined() ? read_module(element) : read_input(element);
    }
  }

  void include(const YAML::Node& root, const std::string& kind) {
    const std::string key = "filebeat.config." + kind;
    const std::string path = text_at(root, key + ".path");
    if (path.empty() || lower(text_at(root, key + ".enabled")) == "false") return;
    const std::string pattern = absolute(path);
    if (pattern.find("${") != std::string::npos) {
      return note(fmt::format("{}: the files {} are not read: import them too", key, path));
    }
    glob_t found{};
    std::vector<std::string> files;
    if (::glob(pattern.c_str(), 0, nullptr, &found) == 0) {
      for (std::size_t i = 0; i < std::min<std::size_t>(found.gl_pathc, kMostIncluded); ++i) {
        files.emplace_back(found.gl_pathv[i]);
      }
    }
    ::globfree(&found);
    if (files.empty()) note(fmt::format("{}: there are no files {}", key, pattern));
    for (const std::string& file : files) read_included(file);
  }

  // ${path.config} is the directory of filebeat.yml, and so is that of relative paths.
  [[nodiscard]] std::string absolute(std::string path) const {
    static constexpr std::string_view kVariable = "${path.config}";
    const std::string directory = directory_.empty() ? "." : directory_;
    if (const std::size_t begin = path.find(kVariable); begin != std::string::npos) {
      path.replace(begin, kVariable.size(), directory);
    } else if (!path.starts_with('/') && !path.starts_with("${")) {
      path = directory + "/" + path;
    }
    return path;
  }

  void read_included(const std::string& file) {
    const auto text = text_of_file(file);
    if (!text) return note(text.error().message);
    const auto tree = parse_tree(*text, file);
    if (!tree) return note(tree.error().message);
    if (tree->root.IsDefined() && !tree->root.IsNull() && !tree->root.IsSequence()) {
      return note(file + ": no list of inputs or modules");
    }
    const std::size_t files = shipper_.files.size();
    const std::size_t notes = shipper_.notes.size();
    read_list(tree->root);
    const std::string in = ", in " + file;
    for (std::size_t i = files; i < shipper_.files.size(); ++i) shipper_.files[i].of += in;
    for (std::size_t i = notes; i < shipper_.notes.size(); ++i) shipper_.notes[i] += in;
  }

  void read_input(const YAML::Node& input) {
    const std::string type = text_at(input, "type");
    const std::string id = text_at(input, "id");
    const std::string of = "filebeat.inputs " + (id.empty() ? type : id);
    if (is_off(input)) return note(of + ": not enabled");
    ShippedFiles files{of, id, {}, {}, lower(text_at(input, "tail_files")) == "true", {}};
    if (type == "log" || type == "filestream" || type == "container") {
      add_paths(files, texts_at(input, "paths"));
    } else if (type == "docker") {
      for (const std::string& container : texts_at(input, "containers.ids")) {
        files.paths.push_back("/var/lib/docker/containers/" + container + "/*-json.log");
      }
    }
    if (files.paths.empty()) {
      return note(of + ": " + (type.empty() ? "without a type" : "type " + type));
    }
    add_word(files, id);
    for (const std::string& tag : texts_at(input, "tags")) add_word(files, tag);
    const YAML::Node fields = at(input, "fields");
    for (const std::string& field : keys(fields)) add_word(files, text_at(fields, field));
    note_choices(files, input);
    shipper_.files.push_back(std::move(files));
  }

  // What an input does with the lines and the files that it finds.
  static void note_choices(ShippedFiles& files, const YAML::Node& input) {
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
  }

  static void add_paths(ShippedFiles& files, const std::vector<std::string>& paths) {
    for (const std::string& path : paths) files.paths.push_back(pattern(escaped(path, "{}")));
  }

  // Filesets are maps, or keys with points: "access.var.paths".
  static std::vector<std::string> filesets_of(const YAML::Node& module) {
    std::vector<std::string> filesets;
    for (const std::string& key : keys(module)) {
      const std::string name = key.substr(0, key.find('.'));
      const bool known = std::find(filesets.begin(), filesets.end(), name) != filesets.end();
      if (name != "module" && name != "enabled" && !known) filesets.push_back(name);
    }
    return filesets;
  }

  void read_module(const YAML::Node& module) {
    const std::string name = text_at(module, "module");
    if (is_off(module)) return note(fmt::format("filebeat.modules {}: not enabled", name));
    for (const std::string& fileset : filesets_of(module)) read_fileset(module, name, fileset);
  }

  // The log of calls of a module; its other logs aren't of calls.
  void read_fileset(const YAML::Node& module, const std::string& name, const std::string& fileset) {
    const std::string of = fmt::format("filebeat.modules {} {}", name, fileset);
    const auto text = [&](const char* key) { return text_at(module, fileset + key); };
    if (lower(text(".enabled")) == "false") return note(of + ": not enabled");
    const CallsFileset* const known = calls_fileset(name, fileset);
    if (known == nullptr && fileset != "access") return note(of + ": no log of calls");
    std::vector<std::string> paths = texts_at(module, fileset + ".var.paths");
    const std::string input = text(".var.input");
    const bool from_network = input.empty() ? name == "haproxy" && paths.empty() : input != "file";
    if (from_network) {
      return note(fmt::format("{}: it reads no files (var.input: {})", of,
                              input.empty() ? "syslog" : input));
    }
    if (paths.empty() && known != nullptr) {
      paths = {known->usual_paths.begin(), known->usual_paths.end()};
    }
    if (paths.empty()) return note(of + ": its paths aren't known");
    ShippedFiles files{of, name, {}, {}, false, {}};
    add_paths(files, paths);
    // The name of the lines goes before that of their producer.
    if (known != nullptr && known->format != nullptr) {
      add_word(files, known->format);
    } else {
      files.notes.emplace_back(
          "the module reads text, and the preset of this name may be of JSON: see docs/producers");
    }
    add_word(files, name);
    shipper_.files.push_back(std::move(files));
  }

  std::string directory_;
  Shipper shipper_{"Filebeat", {}, {}};
};

// A list of inputs or of modules, of which one at least is as Filebeat's are.
bool is_list(const YAML::Node& root) {
  const std::vector<YAML::Node> all = elements(root);
  const auto is_module = [](const YAML::Node& one) { return !text_at(one, "module").empty(); };
  const auto is_input = [](const YAML::Node& one) { return !text_at(one, "type").empty(); };
  return std::all_of(all.begin(), all.end(),
                     [&](const YAML::Node& one) { return is_module(one) || is_input(one); }) &&
         std::any_of(all.begin(), all.end(), [&](const YAML::Node& one) {
           return is_module(one) || at(one, "paths").IsDefined();
         });
}

}  // namespace

bool is_filebeat(const YAML::Node& root) {
  static constexpr std::string_view kKeys[] = {"filebeat.inputs",        "filebeat.modules",
                                               "filebeat.autodiscover",  "filebeat.config",
                                               "filebeat.config.inputs", "filebeat.config.modules"};
  const bool whole = std::any_of(std::begin(kKeys), std::end(kKeys),
                                 [&](std::string_view key) { return at(root, key).IsDefined(); });
  return whole || at(root, "filebeat.config.inputs.path").IsDefined() ||
         at(root, "filebeat.config.modules.path").IsDefined() || is_list(root);
}

Shipper read_filebeat(const YAML::Node& root, const std::string& directory) {
  return Filebeat(directory).read(root);
}

}  // namespace fortnight::format
