#include <fmt/format.h>
#include <fmt/ranges.h>
#include <glob.h>
#include <sys/stat.h>

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <variant>

#include "base/ascii.h"
#include "base/json_writer.h"
#include "base/visible_text.h"
#include "config/config.h"
#include "config/glob.h"
#include "config/presets.h"
#include "tools/format/commands.h"
#include "tools/format/guess.h"
#include "tools/format/proposal_text.h"
#include "tools/format/shippers.h"

namespace fortnight::format {
namespace {

constexpr std::size_t kMappingIndent = 4;
// Of one source: further matches are as likely to be rotated or compressed.
constexpr std::size_t kMostLookedAt = 10;

// How the format of a source was told.
enum class Told : std::uint8_t { by_lines, by_name, not_told };

struct Proposed {
  ShippedFiles files;
  std::string name;  // of the source
  Told told = Told::not_told;
  std::string format;              // empty: not told
  std::string mapping;             // YAML of the format, if it is no preset
  std::string looked_at;           // the file; empty: none could be
  std::vector<std::string> wrong;  // patterns that Fortnight can't read
};

// Regular files that match, by a shell's rules: enough to find a sample.
std::vector<std::string> matching_files(const std::string& pattern) {
  glob_t found{};
  std::vector<std::string> files;
  if (::glob(pattern.c_str(), GLOB_BRACE | GLOB_NOSORT, nullptr, &found) == 0) {
    for (std::size_t i = 0; i < found.gl_pathc && files.size() < kMostLookedAt; ++i) {
      struct stat status {};
      const bool regular = ::stat(found.gl_pathv[i], &status) == 0 && S_ISREG(status.st_mode);
      if (regular && status.st_size > 0) files.emplace_back(found.gl_pathv[i]);
    }
  }
  ::globfree(&found);
  return files;
}

class SourceProposer {
 public:
  explicit SourceProposer(TimeNs now) : now_(now) {}

  Proposed propose(const ShippedFiles& files) {
    Proposed proposed{files, free_name(files), Told::not_told, {}, {}, {}, {}};
    std::erase_if(proposed.files.paths, [&](const std::string& path) {
      const bool wrong = std::holds_alternative<std::string>(config::Glob::parse(path)) ||
                         path.find("${") != std::string::npos;
      if (wrong) proposed.wrong.push_back(path);
      return wrong;
    });
    look(proposed);
    if (proposed.told == Told::not_told) go_by_name(proposed);
    return proposed;
  }

 private:
  // The first file of which the lines tell a format.
  void look(Proposed& proposed) {
    for (const std::string& pattern : proposed.files.paths) {
      for (const std::string& file : matching_files(pattern)) {
        auto sample = SampleReader::open(file, config::default_config().limits.max_line_bytes);
        if (!sample) continue;
        const auto guess = format::guess(*sample, file, now_);
        if (!guess) continue;
        if (proposed.looked_at.empty()) proposed.looked_at = file;
        if (const PresetFit* const preset = guess->preset()) {
          proposed.format = preset->name;
        } else if (guess->has_mapping()) {
          proposed.format = free_format_name(guess->mapping->name);
          proposed.mapping = mapping_yaml(guess->proposal, kMappingIndent, true);
        } else {
          continue;
        }
        proposed.looked_at = file;
        proposed.told = Told::by_lines;
        return;
      }
    }
  }

  // A preset whose name is in a path or in what the shipper calls the files.
  static void go_by_name(Proposed& proposed) {
    static const std::map<std::string, std::string, std::less<>> kOtherNames = {
        {"apache2", "apache"},
        {"httpd", "apache"},
        {"containers", "docker"},
        {"istio", "envoy"},
        {"gitlab-workhorse", "gitlab-workhorse"}};
    std::vector<std::string> words = proposed.files.words;
    for (const std::string& path : proposed.files.paths) {
      std::string word;
      for (const char c : path + "/") {
        if (is_alphanumeric(c) || c == '-') {
          word += lower(c);
        } else if (!word.empty()) {
          words.push_back(std::exchange(word, {}));
        }
      }
    }
    for (const std::string& word : words) {
      const auto other = kOtherNames.find(word);
      const std::string& name = other == kOtherNames.end() ? word : other->second;
      // Fortnight's own format is nobody's name.
      if (name == "fortnight" || !config::preset_formats().contains(name)) continue;
      proposed.format = name;
      proposed.told = Told::by_name;
      return;
    }
  }

  std::string free_name(const ShippedFiles& files) {
    return numbered(files.name.empty() ? "log" : visible_text(files.name), names_);
  }
  std::string free_format_name(const std::string& name) { return numbered(name, formats_); }

  static std::string numbered(const std::string& name, std::set<std::string>& taken) {
    std::string free = name;
    for (int number = 2; !taken.insert(free).second; ++number) {
      free = fmt::format("{}-{}", name, number);
    }
    return free;
  }

  const TimeNs now_;
  std::set<std::string> names_;
  std::set<std::string> formats_;
};

class ImportPage {
 public:
  ImportPage(const Shipper& shipper, const std::vector<Proposed>& proposed,
             const client::Terminal& terminal)
      : shipper_(shipper), proposed_(proposed), terminal_(terminal) {}

  // What belongs into the configuration. Sources whose format isn't told are comments.
  [[nodiscard]] std::string configuration() {
    std::string formats;
    for (const Proposed& one : proposed_) {
      if (!one.mapping.empty()) formats += fmt::format("  {}:\n{}", one.format, one.mapping);
    }
    if (!formats.empty()) out_ += "formats:\n" + formats;
    const bool any = std::any_of(proposed_.begin(), proposed_.end(), is_usable);
    out_ += any ? "sources:\n" : "sources: []\n";
    for (const Proposed& one : proposed_) print(one);
    return std::move(out_);
  }

  std::string render(const std::string& path) {
    comment(fmt::format("Proposed from {} ({})", visible_text(path), shipper_.name), 0);
    std::string text = std::exchange(out_, {}) + configuration();
    for (const std::string& note : shipper_.notes) comment("not taken over: " + note, 0);
    return text + out_;
  }

  static bool is_usable(const Proposed& one) {
    return one.told != Told::not_told && !one.files.paths.empty();
  }

 private:
  void comment(const std::string& text, std::size_t indent) {
    out_ += std::string(indent, ' ') +
            terminal_.styled("# " + visible_text(text), client::Style::faint) + "\n";
  }

  void print(const Proposed& one) {
    comment(one.files.of + ": " + how_told(one), 2);
    for (const std::string& path : one.wrong) comment("not taken over: the path " + path, 2);
    for (const std::string& note : one.files.notes) comment(note, 2);
    if (one.files.paths.empty()) return;
    std::vector<std::string> paths;
    for (const std::string& path : one.files.paths) paths.push_back(json_quoted(path));
    out_ += fmt::format("  {}- tail: {{name: {}, paths: [{}], format: {}{}}}\n",
                        is_usable(one) ? "" : "# ", json_quoted(one.name), fmt::join(paths, ", "),
                        one.format.empty() ? "FORMAT" : one.format,
                        one.files.from_end ? ", from: end" : "");
  }

  static std::string how_told(const Proposed& one) {
    switch (one.told) {
      case Told::by_lines:
        return fmt::format("its lines are {}, as in {}",
                           one.mapping.empty() ? "those of " + one.format : "of no preset",
                           one.looked_at);
      case Told::by_name:
        return (one.looked_at.empty()
                    ? "there is no file to look at, but its name says "
                    : "the lines of " + one.looked_at + " aren't calls, but its name says ") +
               one.format;
      case Told::not_told:
        break;
    }
    return (one.looked_at.empty() ? "there is no file to look at"
                                  : "the lines of " + one.looked_at + " aren't calls") +
           ": see fortnight-format guess FILE";
  }

  const Shipper& shipper_;
  const std::vector<Proposed>& proposed_;
  const client::Terminal& terminal_;
  std::string out_;
};

std::string import_json(const Shipper& shipper, const std::vector<Proposed>& proposed) {
  std::string out;
  JsonWriter json(out);
  json.open_object().key("shipper").text(shipper.name).key("sources").open_array();
  for (const Proposed& one : proposed) {
    json.open_object().key("of").text(one.files.of).key("name").text(one.name);
    json.key("paths").open_array();
    for (const std::string& path : one.files.paths) json.text(path);
    json.close_array().key("format").text_or_null(one.format).key("told_by");
    json.text_or_null(one.told == Told::by_lines  ? "lines"
                      : one.told == Told::by_name ? "name"
                                                  : "");
    json.key("file").text_or_null(one.looked_at).key("notes").open_array();
    for (const std::string& path : one.wrong) json.text("not taken over: the path " + path);
    for (const std::string& note : one.files.notes) json.text(note);
    json.close_array().close_object();
  }
  json.close_array().key("not_taken_over").open_array();
  for (const std::string& note : shipper.notes) json.text(note);
  json.close_array().key("configuration");
  json.text(ImportPage(shipper, proposed, {}).configuration()).close_object();
  return out + "\n";
}

}  // namespace

Result<Answered> import_sources(const ImportOptions& options, TimeNs now, const Output& output) {
  FORTNIGHT_ASSIGN(const Shipper shipper, read_shipper(options.file));
  SourceProposer proposer(now);
  std::vector<Proposed> proposed;
  for (const ShippedFiles& files : shipper.files) proposed.push_back(proposer.propose(files));
  const bool fine =
      !proposed.empty() && std::all_of(proposed.begin(), proposed.end(), ImportPage::is_usable);
  return Answered{output.json ? import_json(shipper, proposed)
                              : ImportPage(shipper, proposed, output.terminal).render(options.file),
                  fine};
}

}  // namespace fortnight::format
