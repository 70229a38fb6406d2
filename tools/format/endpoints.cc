#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <set>

#include "base/json_writer.h"
#include "base/number_text.h"
#include "intake/endpoint.h"
#include "tools/client/table.h"
#include "tools/format/commands.h"
#include "tools/format/guess.h"
#include "tools/format/template_proposals.h"
#include "tools/format/trial.h"

namespace fortnight::format {
namespace {

using client::Style;

constexpr std::size_t kMaxTemplates = 20;

struct Endpoint {
  std::uint64_t calls = 0;
  std::set<std::string> paths;  // at most kMaxPaths
  static constexpr std::size_t kMaxPaths = 1000;
};

struct Endpoints {
  std::string format;  // empty: the sample has one path a line
  std::uint64_t lines = 0;
  std::uint64_t calls = 0;  // with a path
  std::map<std::string, Endpoint> by_name;

  void add(const std::string& name, const std::string& path) {
    ++calls;
    Endpoint& endpoint = by_name[name];
    ++endpoint.calls;
    if (endpoint.paths.size() < Endpoint::kMaxPaths) endpoint.paths.insert(path);
  }
};

// Those with most calls first.
std::vector<std::pair<std::string, const Endpoint*>> ranked(const Endpoints& endpoints) {
  std::vector<std::pair<std::string, const Endpoint*>> list;
  for (const auto& [name, endpoint] : endpoints.by_name) list.emplace_back(name, &endpoint);
  std::stable_sort(list.begin(), list.end(),
                   [](const auto& a, const auto& b) { return a.second->calls > b.second->calls; });
  return list;
}

std::vector<TemplateProposal> templates_for(const Endpoints& endpoints) {
  EndpointTree tree;
  for (const auto& [name, endpoint] : endpoints.by_name) tree.add(name, endpoint.calls);
  std::vector<TemplateProposal> templates = tree.proposals();
  if (templates.size() > kMaxTemplates) templates.resize(kMaxTemplates);
  return templates;
}

std::string render(const Endpoints& endpoints, const EndpointsOptions& options,
                   const client::Terminal& terminal) {
  std::string out = terminal.styled(
      fmt::format("{}: {} paths of {} lines{} become {} endpoints", sample_name(options.sample),
                  with_commas(endpoints.calls), with_commas(endpoints.lines),
                  endpoints.format.empty() ? "" : " with format " + endpoints.format,
                  with_commas(endpoints.by_name.size())),
      Style::strong);
  out += "\n";
  if (endpoints.calls == 0) return out;
  client::Table table({{"endpoint", false, true},
                       {"calls", true, false},
                       {"paths", true, false},
                       {"as in", false, true}});
  const auto list = ranked(endpoints);
  for (std::size_t i = 0; i < std::min(list.size(), options.shown); ++i) {
    const auto& [name, endpoint] = list[i];
    const bool many = endpoint->paths.size() >= Endpoint::kMaxPaths;
    const std::string& example = *endpoint->paths.begin();
    table.add({{name, Style::plain},
               {with_commas(endpoint->calls), Style::plain},
               {with_commas(endpoint->paths.size()) + (many ? "+" : ""), Style::faint},
               {example == name ? "" : example, Style::faint}});
  }
  out += "\n" + table.render(terminal);
  if (list.size() > options.shown) {
    out += fmt::format("and {} more: --top {}\n", with_commas(list.size() - options.shown),
                       list.size());
  }
  const std::vector<TemplateProposal> templates = templates_for(endpoints);
  if (templates.empty()) return out;
  out += "\n" +
         terminal.styled("Segments with very many values. Templates to paste into the format:",
                         Style::strong) +
         "\n\nendpoints:\n";
  for (const TemplateProposal& proposal : templates) {
    out +=
        fmt::format("  - {}", json_quoted(proposal.text)) +
        terminal.styled(fmt::format("  # {} endpoints, {} calls", with_commas(proposal.endpoints),
                                    with_commas(proposal.calls)),
                        Style::faint) +
        "\n";
  }
  return out;
}

std::string json(const Endpoints& endpoints) {
  std::string out;
  JsonWriter json(out);
  json.open_object().key("format").text_or_null(endpoints.format);
  json.key("lines").number(endpoints.lines).key("paths").number(endpoints.calls);
  json.key("endpoints").open_array();
  for (const auto& [name, endpoint] : ranked(endpoints)) {
    json.open_object().key("endpoint").text(name).key("calls").number(endpoint->calls);
    json.key("paths").number(endpoint->paths.size());
    json.key("example").text(*endpoint->paths.begin()).close_object();
  }
  json.close_array().key("templates").open_array();
  for (const TemplateProposal& proposal : templates_for(endpoints)) {
    json.open_object().key("template").text(proposal.text);
    json.key("endpoints").number(proposal.endpoints);
    json.key("calls").number(proposal.calls).close_object();
  }
  json.close_array().close_object();
  return out + "\n";
}

// Whether the sample has one path a line, as `cut` and `jq -r .path` give them.
bool has_paths(const Lines& lines) {
  return !lines.empty() && std::all_of(lines.begin(), lines.end(), [](const Line& line) {
    return line.bytes.empty() || line.bytes.front() == '/';
  });
}

// What follows a tab is ignored.
Result<Endpoints> of_paths(SampleReader& sample) {
  Endpoints endpoints;
  const intake::EndpointRule rule({});
  std::string scratch;
  FORTNIGHT_TRY(sample.for_each([&](const Line& line) {
    const std::string_view path = line.bytes.substr(0, line.bytes.find('\t'));
    if (path.empty()) return;
    ++endpoints.lines;
    endpoints.add(std::string(rule.endpoint_of(path, scratch)), std::string(path));
  }));
  return endpoints;
}

Result<Endpoints> of_calls(SampleReader& sample, const ChosenFormat& chosen,
                           const std::string& source, TimeNs now) {
  Endpoints endpoints;
  endpoints.format = chosen.name;
  Trial trial(chosen, source, now, 0);
  trial.on_call([&](const SeenCall& call) {
    if (!call.field("path").empty()) endpoints.add(call.field("endpoint"), call.field("path"));
  });
  FORTNIGHT_TRY(sample.for_each([&](const Line& line) { trial.take(line); }));
  endpoints.lines = trial.report().lines;
  return endpoints;
}

}  // namespace

Result<Answered> show_endpoints(const EndpointsOptions& options, TimeNs now, const Output& output) {
  std::optional<ChosenFormat> chosen;
  if (!options.format.empty()) {
    FORTNIGHT_ASSIGN(chosen, choose_format(options.format, options.configuration));
  }
  const config::Config& config = chosen ? chosen->config : config::default_config();
  FORTNIGHT_ASSIGN(SampleReader sample,
                   SampleReader::open(options.sample, config.limits.max_line_bytes));
  if (!chosen) {
    FORTNIGHT_ASSIGN(const Guess guessed, guess(sample, options.sample, now));
    if (!has_paths(sample.kept())) {
      chosen = best_format(guessed);
      if (!chosen)
        return Answered{output.json ? json({}) : render({}, options, output.terminal), false};
    }
  }
  FORTNIGHT_ASSIGN(const Endpoints endpoints,
                   chosen ? of_calls(sample, *chosen, options.sample, now) : of_paths(sample));
  return Answered{output.json ? json(endpoints) : render(endpoints, options, output.terminal),
                  endpoints.calls > 0};
}

}  // namespace fortnight::format
