#include "daemon/line/query_server.h"

#include <utility>

#include "base/json_writer.h"
#include "base/require.h"

namespace fortnight::daemon {

QueryServer::Door::Door(Listening listening, const config::Query& config, Queries& queries,
                        UnfinishedLines& lines)
    : owner{{port, queries, lines}, config.idle_timeout},
      port(std::move(listening), config.max_connections, queries, QueryConnection::kNoMore,
           [this](Stream stream) {
             return std::make_shared<QueryConnection>(std::move(stream), owner);
           }) {}

QueryServer::QueryServer(std::vector<Listening> doors, const config::Query& config,
                         Queries& queries, UnfinishedLines& lines)
    : queries_(queries), lines_(lines) {
  FORTNIGHT_REQUIRE(!doors.empty());
  for (Listening& door : doors) doors_.emplace_back(std::move(door), config, queries, lines);
}

void QueryServer::start() {
  for (Door& door : doors_) door.port.start();
}

void QueryServer::stop() {
  for (Door& door : doors_) door.port.stop();
}

void QueryServer::write_status(JsonWriter& json) const {
  std::uint64_t connections = 0;
  std::uint64_t refused = 0;
  std::uint64_t wrong_protocol = 0;
  for (const Door& door : doors_) {
    connections += door.port.listener().connections();
    refused += door.port.listener().refused();
    wrong_protocol += door.port.listener().wrong_port();
  }
  json.key("queries").open_object();
  json.key("connections").number(connections);
  json.key("refused_connections").number(refused);
  json.key("wrong_protocol").number(wrong_protocol);
  queries_.write_status(json);
  json.key("unfinished_bytes").number(lines_.held());
  json.close_object();
}

}  // namespace fortnight::daemon
