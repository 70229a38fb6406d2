#include "config/load.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <map>
#include <variant>

#include "base/ascii.h"
#include "config/listeners.h"
#include "config/presets.h"
#include "config/read_access.h"
#include "config/read_format.h"
#include "config/read_sources.h"
#include "config/redact_keys.h"
#include "config/redact_patterns.h"
#include "config/yaml_reader.h"

namespace fortnight::config {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// Checks a text or a list of texts. `problem_of` returns what is wrong with one; empty if nothing.
void check_texts(Problems& problems, const Node& node,
                 std::string (*problem_of)(std::string_view text)) {
  const auto check = [&](const Node& element) {
    if (!element.IsScalar()) return;  // reported already
    std::string problem = problem_of(element.Scalar());
    if (!problem.empty()) problems.add(element, "bad value " + describe(element), problem);
  };
  if (node.IsSequence()) {
    for (const Node& element : node) check(element);
  } else {
    check(node);
  }
}

// Adds the file's keys to the default ones.
void read_redact_keys(Problems& problems, const Node& node, std::vector<std::string>& keys) {
  if (node.IsNull()) return;
  std::vector<std::string> added;
  read_texts(problems, node, added);
  check_texts(problems, node, redact_key_problem);
  for (std::string& key : added) {
    if (std::find(keys.begin(), keys.end(), key) == keys.end()) keys.push_back(std::move(key));
  }
}

void read_redact_patterns(Problems& problems, const Node& node,
                          std::vector<std::string>& patterns) {
  read_texts(problems, node, patterns);
  check_texts(problems, node, redact_pattern_problem);
}
void read_redact_pointers(Problems& problems, const Node& node,
                          std::vector<std::string>& pointers) {
  read_pointers(problems, node, pointers);
  check_texts(problems, node, redact_pointer_problem);
}

std::string host_problem(std::string_view text) {
  const bool is_host = !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return is_alphanumeric(c) || std::string_view("-._:[]").find(c) != std::string_view::npos;
  });
  const bool port = !text.starts_with('[') && text.find(':') != std::string_view::npos;
  return is_host && !port ? "" : "a host name without a port, such as insights.example.com";
}

std::string origin_problem(std::string_view text) {
  const std::size_t scheme = text.find("://");
  const bool known = text.starts_with("http://") || text.starts_with("https://");
  const bool only_host = known && text.size() > scheme + 3 &&
                         text.find_first_of("/?# ", scheme + 3) == std::string_view::npos;
  return only_host ? "" : "a scheme, a host and perhaps a port, such as https://tools.example.com";
}

const auto read_flag = one_of<std::optional<bool>>({{"true", true}, {"false", false}});

void read_hosts(Problems& problems, const Node& node, std::vector<std::string>& hosts) {
  read_texts(problems, node, hosts);
  check_texts(problems, node, host_problem);
}

void read_origins(Problems& problems, const Node& node, std::vector<std::string>& origins) {
  read_texts(problems, node, origins);
  check_texts(problems, node, origin_problem);
}

class Loader {
 public:
  Loader(Problems& problems, const Surroundings& surroundings)
      : problems_(problems), surroundings_(surroundings) {}

  Config load(const Node& root);

 private:
  void read_zone(const Node& node, std::string& value);
  void read_retention(const Node& node, Retention& retention);
  void read_query(const Node& node, Query& query);
  void read_web(const Node& node, Web& web);
  void read_web_metrics(const Node& node, std::uint32_t& endpoints);
  void read_tls(const Node& node, Tls& tls);
  void read_erasure(const Node& node, Erasure& erasure);
  void read_audit(const Node& node, Audit& audit);
  void read_limits(const Node& node, Limits& limits);
  void read_redact(const Node& node, Redact& redact);
  void read_redact_hash(const Node& node, Redact& redact);
  void read_storage(const Node& node, Storage& storage);
  void read_log(const Node& node, Log& log);
  void read_formats(const Node& node, std::map<std::string, Format>& formats);
  void read_accounts(const Node& node, std::map<std::string, Account>& accounts);
  void read_listener(const Node& node, Address& address);
  void read_socket(const Node& node, std::string& path);
  void read_data_directory(const Node& node, std::string& path);
  // Adds the default addresses that the file leaves in effect to listeners_.
  void add_defaults(const Node& root, const Config& config, bool sources, bool query);
  // Adds `problem`, if there is one.
  void check(const Node& node, const std::optional<std::string>& problem);

  // Adapts a member function to a reader.
  template <typename T>
  auto with(void (Loader::*member)(const Node&, T&)) {
    return [this, member](Problems&, const Node& node, T& value) { (this->*member)(node, value); };
  }

  Problems& problems_;
  const Surroundings& surroundings_;
  Listeners listeners_{problems_, surroundings_};
};

Config Loader::load(const Node& root) {
  Config config = default_config();
  Mapping map(problems_, root, "configuration");
  map.read("data_directory", config.data_directory, with(&Loader::read_data_directory));
  map.read("time_zone", config.time_zone, with(&Loader::read_zone));
  map.read("retention", config.retention, with(&Loader::read_retention));
  // Formats are read before the sources that refer to them, whatever their order in the file.
  map.read("formats", config.formats, with(&Loader::read_formats));
  const auto read_all = [&](Problems&, const Node& node, std::vector<Source>& list) {
    read_sources({problems_, surroundings_, listeners_, config.formats}, node, list);
  };
  const bool sources = map.read("sources", config.sources, read_all);
  const bool query = map.read("query", config.query, with(&Loader::read_query));
  map.read("web", config.web, with(&Loader::read_web));
  map.read("tls", config.tls, with(&Loader::read_tls));
  map.read("access", config.access, [&](Problems&, const Node& node, Access& access) {
    read_access(problems_, node, surroundings_.right_known, access);
  });
  map.read("erasure", config.erasure, with(&Loader::read_erasure));
  map.read("audit", config.audit, with(&Loader::read_audit));
  add_defaults(root, config, sources, query);
  map.read("accounts", config.accounts, with(&Loader::read_accounts));
  map.read("limits", config.limits, with(&Loader::read_limits));
  map.read("redact", config.redact, with(&Loader::read_redact));
  map.read("storage", config.storage, with(&Loader::read_storage));
  map.read("log", config.log, with(&Loader::read_log));
  map.done();
  listeners_.settle(root, config);
  return config;
}

void Loader::read_zone(const Node& node, std::string& value) {
  const auto& known = surroundings_.zone_known;
  if (node.IsScalar() && (!known || known(node.Scalar()))) {
    value = node.Scalar();
  } else {
    problems_.add(node, "unknown time zone " + describe(node),
                  "an IANA name, such as Europe/Berlin or UTC");
  }
}

void Loader::read_retention(const Node& node, Retention& retention) {
  Mapping map(problems_, node, "retention");
  map.read("days", retention.days, whole_number(1, 3650));
  map.read("max_bytes", retention.max_bytes, bytes(0));
  map.done();
}

void Loader::read_query(const Node& node, Query& query) {
  Mapping map(problems_, node, "query");
  map.read("listen", query.listen, with(&Loader::read_listener));
  map.read("tls", query.tls, read_flag);
  map.read("socket", query.socket, with(&Loader::read_socket));
  map.read("max_connections", query.max_connections, whole_number(1));
  map.read("idle_timeout", query.idle_timeout, duration(seconds(1)));
  map.read("max_time", query.max_time, duration(milliseconds(1)));
  map.read("max_memory", query.max_memory, bytes(kMiB));
  map.read("max_rows", query.max_rows, rows(1));
  map.done();
}

void Loader::read_web(const Node& node, Web& web) {
  Mapping map(problems_, node, "web");
  map.read("enabled", web.enabled, one_of<bool>({{"true", true}, {"false", false}}));
  web.listen_given = map.read("listen", web.listen, with(&Loader::read_listener));
  map.read("tls", web.tls, read_flag);
  map.read("hsts", web.hsts, duration(Duration(0)));
  map.read("max_connections", web.max_connections, whole_number(1));
  map.read("hosts", web.hosts, read_hosts);
  map.read("origins", web.origins, read_origins);
  map.read("metrics", web.metric_endpoints, with(&Loader::read_web_metrics));
  map.done();
}

void Loader::read_web_metrics(const Node& node, std::uint32_t& endpoints) {
  Mapping map(problems_, node, "web.metrics");
  map.read("endpoints", endpoints, whole_number(0, kMaxMetricEndpoints));
  map.done();
}

void Loader::read_tls(const Node& node, Tls& tls) {
  config::read_tls(problems_, node, tls);
  if (tls.enabled() && surroundings_.tls_problem) check(node, surroundings_.tls_problem(tls));
}

void Loader::read_erasure(const Node& node, Erasure& erasure) {
  Mapping map(problems_, node, "erasure");
  map.read("enabled", erasure.enabled, one_of<bool>({{"true", true}, {"false", false}}));
  map.done();
}

void Loader::read_audit(const Node& node, Audit& audit) {
  Mapping map(problems_, node, "audit");
  map.read("enabled", audit.enabled,
           one_of<std::optional<bool>>({{"true", true}, {"false", false}}));
  map.read("days", audit.days, whole_number(1, kMaxAuditDays));
  map.done();
}

void Loader::read_limits(const Node& node, Limits& limits) {
  Mapping map(problems_, node, "limits");
  map.read("max_line_bytes", limits.max_line_bytes, bytes(kKiB, kMaxLineBytes));
  map.read("memory", limits.memory, bytes(kLeastMemory));
  map.read("future", limits.future, duration(Duration(0)));
  map.read("max_accounts", limits.max_accounts, whole_number(1, kMaxKeyValues));
  map.read("max_endpoints", limits.max_endpoints, whole_number(1, kMaxKeyValues));
  map.read("max_revisions", limits.max_revisions, whole_number(1, kMaxKeyValues));
  map.read("max_methods", limits.max_methods, whole_number(1, kMaxKeyValues));
  map.read("max_connections", limits.max_connections, whole_number(1));
  map.read("idle_timeout", limits.idle_timeout, duration(seconds(1)));
  map.done();
}

void Loader::read_redact(const Node& node, Redact& redact) {
  Mapping map(problems_, node, "redact");
  bool defaults = true;
  map.read("defaults", defaults, one_of<bool>({{"true", true}, {"false", false}}));
  if (!defaults) redact.keys.clear();
  map.read("keys", redact.keys, read_redact_keys);
  map.read("pointers", redact.pointers, read_redact_pointers);
  map.read("patterns", redact.patterns, read_redact_patterns);
  map.read("hash", redact, with(&Loader::read_redact_hash));
  map.done();
}

void Loader::read_redact_hash(const Node& node, Redact& redact) {
  Mapping map(problems_, node, "redact.hash");
  map.read("keys", redact.hash_keys, read_redact_keys);
  map.read("pointers", redact.hash_pointers, read_redact_pointers);
  map.done();
}

void Loader::read_storage(const Node& node, Storage& storage) {
  Mapping map(problems_, node, "storage");
  map.read("part_bytes", storage.part_bytes, bytes(kKiB));
  map.read("flush_interval", storage.flush_interval, duration(milliseconds(1)));
  map.read("seal_after", storage.seal_after, duration(Duration(0)));
  map.read("clock_hold", storage.clock_hold, duration(Duration(0)));
  map.read("sync_interval", storage.sync_interval, duration(Duration(0)));
  map.done();
}

void Loader::read_log(const Node& node, Log& log) {
  Mapping map(problems_, node, "log");
  map.read("level", log.level,
           one_of<LogLevel>({{"debug", LogLevel::debug},
                             {"info", LogLevel::info},
                             {"warning", LogLevel::warning},
                             {"error", LogLevel::error}}));
  map.done();
}

void Loader::read_formats(const Node& node, std::map<std::string, Format>& formats) {
  Mapping map(problems_, node, "formats");
  map.each([&](const std::string& name, const Node&, const Node& value) {
    Format format;
    read_format(problems_, value, name, formats, format, surroundings_.zone_known);
    formats[name] = std::move(format);
  });
}

void Loader::read_accounts(const Node& node, std::map<std::string, Account>& accounts) {
  Mapping map(problems_, node, "accounts");
  map.each([&](const std::string& id, const Node&, const Node& value) {
    Mapping entry(problems_, value, id);
    Account& account = accounts[id];
    entry.read("name", account.name, read_text);
    entry.read("time_zone", account.time_zone, with(&Loader::read_zone));
    entry.done();
  });
}

void Loader::add_defaults(const Node& root, const Config& config, bool sources, bool query) {
  if (!query) listeners_.add(root, config.query.listen.to_string());
  for (const Source& source : config.sources) {
    const auto* const tcp = std::get_if<TcpSource>(&source.from);
    if (!sources && tcp != nullptr) listeners_.add(root, tcp->listen.to_string());
  }
}

void Loader::check(const Node& node, const std::optional<std::string>& problem) {
  if (problem) problems_.add(node, describe(node) + ": " + *problem);
}

void Loader::read_listener(const Node& node, Address& address) { listeners_.read(node, address); }

void Loader::read_socket(const Node& node, std::string& path) {
  listeners_.read_socket(node, path);
}

void Loader::read_data_directory(const Node& node, std::string& path) {
  read_path(problems_, node, path);
  if (!path.empty() && surroundings_.directory_problem) {
    check(node, surroundings_.directory_problem(path));
  }
}

}  // namespace

Loaded load_text(const std::string& text, const std::string& file,
                 const Surroundings& surroundings) {
  Problems problems(file);
  Loaded loaded;
  try {
    const std::vector<Node> documents = YAML::LoadAll(text);
    if (documents.size() > 1) problems.add(documents[1], "a second document", "a single one");
    const Node root = documents.empty() ? Node() : documents.front();
    loaded.empty = !root.IsDefined() || root.IsNull() || (root.IsMap() && root.size() == 0);
    loaded.config = Loader(problems, surroundings).load(root);
  } catch (const YAML::Exception& exception) {
    problems.add(exception.mark, exception.msg, "YAML");
  }
  if (!problems.none()) loaded.config.reset();
  loaded.problems = problems.take();
  return loaded;
}

Loaded load_file(const std::filesystem::path& file, const Surroundings& surroundings) {
  std::ifstream in(file, std::ios::binary);
  std::string text;
  std::array<char, 4096> piece{};
  while (in.read(piece.data(), piece.size()), in.gcount() > 0) {
    text.append(piece.data(), static_cast<std::size_t>(in.gcount()));
  }
  if (!in.is_open() || in.bad()) {  // a directory can be opened, but not read
    return {std::nullopt,
            false,
            {{file.string(), 0, 0, std::string("can't be read: ") + std::strerror(errno), "", ""}}};
  }
  return load_text(text, file.string(), surroundings);
}

}  // namespace fortnight::config
