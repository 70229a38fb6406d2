#include "tools/format/proposal_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>

#include "base/ascii.h"
#include "base/json_writer.h"
#include "base/visible_text.h"
#include "config/presets.h"
#include "tools/client/terminal.h"

namespace fortnight::format {
namespace {

// YAML reads other characters in a plain scalar as something else, in some places.
bool is_plain(std::string_view text) {
  const auto plain = [](char c) {
    return is_alphanumeric(c) || c == '_' || c == '-' || c == '/' || c == '.';
  };
  return !text.empty() && text.front() != '-' && std::all_of(text.begin(), text.end(), plain);
}

std::string yaml(std::string_view text) {
  return is_plain(text) && !is_digit(text.front()) ? std::string(text) : json_quoted(text);
}

std::string shortened(const std::string& example) {
  constexpr std::size_t kColumns = 48;
  return client::shortened(visible_text(example), kColumns);
}

// A value as a rule has it, where a star would match any text; * alone is meant so.
std::string condition(const std::string& value) {
  if (value == "*") return value;
  std::string out;
  for (const char c : value) {
    if (c == '*' || c == '\\') out += '\\';
    out += c;
  }
  return out;
}

class MappingText {
 public:
  MappingText(const Proposal& proposal, std::size_t indent, bool commented)
      : proposal_(proposal), indent_(indent), commented_(commented) {}

  std::string run() {
    if (proposal_.input == "text") {
      add("input: text", "lines in Common Log Format");
      add("parts: {of: /message, as: clf}", "");
      add("ts: $ts", "");
      return std::move(out_);
    }
    if (!proposal_.input.empty()) add("input: " + proposal_.input, "");
    if (!proposal_.each.empty()) add("each: " + yaml(proposal_.each), "an array of calls");
    if (proposal_.request_line) {
      add(fmt::format("parts: {{of: {}, as: request_line}}", yaml(proposal_.request_line->pointer)),
          "its method and path");
    }
    add_field(Role::ts);
    if (proposal_.find(Role::ts) == nullptr) {
      add("ts: [$time, $arrival]", "not found: of a wrapping, or that of the line's arrival");
    }
    add_account();
    for (const Role role :
         {Role::method, Role::endpoint, Role::path, Role::status, Role::revision, Role::duration}) {
      add_field(role);
    }
    add_ids();
    add_field(Role::error_code);
    if (proposal_.only) {
      add(fmt::format("only: {{{}: {}}}", yaml(proposal_.only->first),
                      yaml(condition(proposal_.only->second))),
          fmt::format("{} of {} lines are calls", proposal_.calls, proposal_.lines));
    }
    return std::move(out_);
  }

 private:
  void add(const std::string& text, const std::string& comment) {
    std::string line = std::string(indent_, ' ') + text;
    if (commented_ && !comment.empty()) {
      constexpr std::size_t kCommentColumn = 40;
      line = fmt::format("{:<{}}  # {}", line, kCommentColumn, comment);
    }
    out_ += line + "\n";
  }

  [[nodiscard]] std::string comment_on(const Finding& finding) const {
    std::string text(confidence_word(finding.confidence));
    if (finding.lines < proposal_.calls) {
      text += fmt::format(", in {} of {} calls", finding.lines, proposal_.calls);
    }
    if (!finding.example.empty()) text += ": " + shortened(finding.example);
    if (!finding.doubt.empty()) text += " (" + finding.doubt + ")";
    return text;
  }

  void add_field(Role role) {
    const Finding* const finding = proposal_.find(role);
    if (finding == nullptr) return;
    std::string value = yaml(finding->pointer);
    if (!finding->unit.empty() && finding->unit != "ms") {
      value = fmt::format("{{pointers: {}, unit: {}}}", value, finding->unit);
    }
    if (finding->lacks_zone) value = fmt::format("{{pointers: {}, zone: UTC}}", value);
    add(fmt::format("{}: {}", role_name(role), value), comment_on(*finding));
  }

  void add_account() {
    add_field(Role::account);
    if (!commented_ || proposal_.find(Role::account) != nullptr) return;
    for (const Finding& finding : proposal_.perhaps_account) {
      add(fmt::format("# account: {}", yaml(finding.pointer)),
          fmt::format("perhaps: {} values recur", finding.values));
    }
  }

  void add_ids() {
    const Finding* const call_id = proposal_.find(Role::call_id);
    if (call_id == nullptr && proposal_.ids.empty()) return;
    add("ids:", "");
    indent_ += 2;
    if (call_id != nullptr) add_field(Role::call_id);
    for (const auto& [kind, finding] : proposal_.ids) {
      add(fmt::format("{}: {}", kind, yaml(finding.pointer)), comment_on(finding));
    }
    indent_ -= 2;
  }

  const Proposal& proposal_;
  std::size_t indent_;
  bool commented_;
  std::string out_;
};

}  // namespace

std::string format_name(const std::string& sample) {
  std::string name;
  for (const char c : std::filesystem::path(sample).stem().string()) {
    name += is_alphanumeric(c) ? lower(c) : '-';
  }
  while (name.starts_with('-')) name.erase(0, 1);
  while (name.ends_with('-')) name.pop_back();
  if (name.empty()) name = "sample";
  return config::preset_formats().contains(name) ? "my-" + name : name;
}

std::string mapping_yaml(const Proposal& proposal, std::size_t indent, bool commented) {
  return MappingText(proposal, indent, commented).run();
}

std::string configuration_yaml(const std::string& format, const std::string& mapping,
                               const std::string& sample) {
  std::string out;
  if (!mapping.empty()) out = fmt::format("formats:\n  {}:\n{}", yaml(format), mapping);
  std::error_code ignored;
  const std::string path =
      sample == "-" ? "/path/to/the/log" : std::filesystem::absolute(sample, ignored).string();
  return out + fmt::format("sources:\n  - tail: {{paths: [{}], format: {}}}\n", json_quoted(path),
                           yaml(format));
}

std::vector<std::string> not_found(const Proposal& proposal) {
  std::vector<std::string> out;
  if (proposal.input == "text") return out;
  const auto lacks = [&](Role role, std::string_view what) {
    if (proposal.find(role) == nullptr) {
      out.push_back(fmt::format("{}: {}", role_name(role), what));
    }
  };
  lacks(Role::ts, "no value is a time on each line");
  if (!proposal.request_line) {
    lacks(Role::method, "no value is a method of HTTP");
    lacks(Role::path, "no value begins with a slash or is a URL");
  }
  lacks(Role::status, "no value is always a status of HTTP");
  lacks(Role::duration, "no number has a name that means a duration");
  lacks(Role::call_id, "no value is another ID on each line");
  lacks(Role::account, "no name means an account, a tenant or a user");
  return out;
}

}  // namespace fortnight::format
