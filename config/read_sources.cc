#include "config/read_sources.h"

#include <optional>
#include <set>
#include <utility>
#include <variant>

#include "config/glob.h"

namespace fortnight::config {
namespace {

const auto read_choice = one_of<std::optional<bool>>({{"true", true}, {"false", false}});

// `true`, `false` or a number of calls.
void read_deduplicate(Problems& problems, const Node& node, std::uint32_t& calls) {
  if (node.IsScalar() && (node.Scalar() == "true" || node.Scalar() == "false")) {
    calls = node.Scalar() == "true" ? kDeduplicated : 0;
  } else {
    whole_number(1, kMostDeduplicated)(problems, node, calls);
  }
}

class SourceReader {
 public:
  explicit SourceReader(const SourceReading& reading)
      : problems_(reading.problems),
        surroundings_(reading.surroundings),
        listeners_(reading.listeners),
        formats_(reading.formats) {}

  void read_all(const Node& node, std::vector<Source>& sources);

 private:
  void read_source(const Node& node, Source& source);
  void read_format_name(const Node& node, std::string& name);
  void read_globs(const Node& node, std::vector<std::string>& globs);
  void read_glob(const Node& node, std::vector<std::string>& globs);
  void check(const Node& node, const std::optional<std::string>& problem) {
    if (problem) problems_.add(node, describe(node) + ": " + *problem);
  }
  // A member function as a reader.
  template <typename T>
  auto with(void (SourceReader::*member)(const Node&, T&)) {
    return [this, member](Problems&, const Node& node, T& value) { (this->*member)(node, value); };
  }

  Problems& problems_;
  const Surroundings& surroundings_;
  Listeners& listeners_;
  const std::map<std::string, Format>& formats_;
};

void SourceReader::read_all(const Node& node, std::vector<Source>& sources) {
  if (node.IsNull()) problems_.add(node, "`sources` is empty", "a list; [] is one without sources");
  sources.clear();
  std::set<std::string> names;
  read_list(problems_, node, [&](const Node& element) {
    Source source;
    read_source(element, source);
    if (!source.name.empty() && !names.insert(source.name).second) {
      problems_.add(element, "two sources are named `" + source.name + "`",
                    "a `name` of its own for each");
    }
    sources.push_back(std::move(source));
  });
}

void SourceReader::read_source(const Node& node, Source& source) {
  const auto listener = [this](Problems&, const Node& at, Address& address) {
    listeners_.read(at, address);
  };
  const auto datagram_listener = [this](Problems&, const Node& at, Address& address) {
    listeners_.read_datagrams(at, address);
  };
  const auto socket = [this](Problems&, const Node& at, std::string& path) {
    listeners_.read_socket(at, path);
  };
  // Reads the keys that all kinds share; `kind` reads the rest and returns the default name.
  const auto reader = [&](const std::string& what, auto&& kind) {
    return [&, what, kind](Problems&, const Node& inner, Source& value) {
      Mapping map(problems_, inner, what);
      const std::string default_name = kind(map);
      value.name = default_name;
      map.read("name", value.name, read_text);
      map.read("format", value.format, with(&SourceReader::read_format_name));
      map.read("account", value.account, read_text);
      map.read("deduplicate", value.deduplicate, read_deduplicate);
      if (!std::holds_alternative<TailSource>(value.from)) {
        map.read("require_identity", value.require_identity, read_choice);
      }
      map.done();
    };
  };
  const auto tail = [&](Mapping& map) {
    TailSource from;
    map.require("paths", from.paths, with(&SourceReader::read_globs));
    map.read("from", from.from,
             one_of<TailFrom>({{"beginning", TailFrom::beginning}, {"end", TailFrom::end}}));
    source.from = from;
    return from.paths.empty() ? std::string() : from.paths.front();
  };
  const auto tcp = [&](Mapping& map) {
    TcpSource from;
    map.require("listen", from.listen, listener);
    map.read("tls", from.tls, read_choice);
    source.from = from;
    return from.listen.to_string();
  };
  const auto http = [&](Mapping& map) {
    HttpSource from;
    map.require("listen", from.listen, listener);
    map.read("tls", from.tls, read_choice);
    source.from = from;
    return from.listen.to_string();
  };
  const auto unix_socket = [&](Mapping& map) {
    UnixSource from;
    map.require("listen", from.listen, socket);
    map.read("datagrams", from.datagrams, one_of<bool>({{"true", true}, {"false", false}}));
    source.from = from;
    return from.listen;
  };
  const auto udp = [&](Mapping& map) {
    UdpSource from;
    map.require("listen", from.listen, datagram_listener);
    source.from = from;
    return from.listen.to_string();
  };
  Mapping map(problems_, node, "source");
  const int kinds =
      map.read("tail", source, reader("tail", tail)) + map.read("tcp", source, reader("tcp", tcp)) +
      map.read("http", source, reader("http", http)) + map.read("udp", source, reader("udp", udp)) +
      map.read("unix", source, reader("unix", unix_socket));
  map.done();
  if (node.IsMap() && kinds != 1) {
    problems_.add(node, "a source of " + std::to_string(kinds) + " kinds",
                  "just one of tail, tcp, udp, http and unix");
  }
}

void SourceReader::read_globs(const Node& node, std::vector<std::string>& globs) {
  const auto read = [&](const Node& element) { read_glob(element, globs); };
  if (node.IsSequence()) {
    if (node.size() == 0) problems_.add(node, "no paths: nothing would be read", "a path or more");
    read_list(problems_, node, read);
  } else {
    read(node);
  }
}

void SourceReader::read_glob(const Node& node, std::vector<std::string>& globs) {
  std::string text;
  read_path(problems_, node, text);
  if (text.empty()) return;
  auto glob = Glob::parse(text);
  if (const auto* const wrong = std::get_if<std::string>(&glob))
    return problems_.add(node, describe(node) + ": " + *wrong);
  if (text.starts_with('!'))
    return check(node, "paths can't be excluded; write \\! for the character");
  globs.push_back(text);
  const Glob& parsed = std::get<Glob>(glob);
  if (parsed.literal() && surroundings_.file_problem) {
    check(node, surroundings_.file_problem(text));
  }
}

void SourceReader::read_format_name(const Node& node, std::string& name) {
  if (node.IsScalar() && formats_.contains(node.Scalar())) {
    name = node.Scalar();
    return;
  }
  std::vector<std::string> known;
  for (const auto& entry : formats_) known.push_back(entry.first);
  report_word(problems_, node, known);
}

}  // namespace

void read_sources(const SourceReading& reading, const Node& node, std::vector<Source>& sources) {
  SourceReader(reading).read_all(node, sources);
}

}  // namespace fortnight::config
