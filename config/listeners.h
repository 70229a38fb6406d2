// The addresses that a configuration listens on: each once, and beyond this host only with TLS and
// for those who are identified.
#pragma once

#include <map>
#include <string>

#include "config/config.h"
#include "config/load.h"
#include "config/yaml_reader.h"

namespace fortnight::config {

class Listeners {
 public:
  // Both must outlive it.
  Listeners(Problems& problems, const Surroundings& surroundings)
      : problems_(problems), surroundings_(surroundings) {}

  // Read an address of TCP, one of UDP, and the path of a socket, and add them.
  void read(const Node& node, Address& address);
  void read_datagrams(const Node& node, Address& address);
  void read_socket(const Node& node, std::string& path);
  // Adds HOST:PORT or a socket's path. Two with one address are a problem, unless the port is 0.
  void add(const Node& node, const std::string& where);
  // Decides whether a TCP listener of `config` speaks TLS and whether a source's senders need an
  // identity, if the file doesn't say so, and adds a problem for each listener that other hosts
  // could reach without TLS or an identity. Call it once, after
  // everything is read. `root` is the file's.
  void settle(const Node& root, Config& config);

 private:
  enum class Kind : std::uint8_t { query, web, source };
  // Returns who can connect to the address.
  Reach settle(const Node& root, const Config& config, Kind kind, const Address& address,
               std::optional<bool>& tls);
  // Decides also whether the source's senders need an identity.
  void settle(const Node& root, const Config& config, Source& source);
  void settle_datagrams(const Node& root, Source& source, const UdpSource& udp);
  // Adds a problem if the source of datagrams requires an identity.
  void refuse_identity(const Node& node, const Source& source);
  // Where the address stands in the file.
  [[nodiscard]] const Node& node_of(const Node& root, const Address& address) const;

  Problems& problems_;
  const Surroundings& surroundings_;
  std::map<std::string, Node> nodes_;
};

}  // namespace fortnight::config
