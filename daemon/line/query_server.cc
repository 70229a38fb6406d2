#include "daemon/line/query_server.h"

#include <utility>

#include "base/json_writer.h"

namespace fortnight::daemon {

QueryServer::QueryServer(Listening listening, const config::Query& config, Queries& queries,
                         UnfinishedLines& lines)
    : owner_{{port_, queries, lines}, config.idle_timeout},
      port_(std::move(listening), config.max_connections, queries, QueryConnection::kNoMore,
            [this](StreamSocket socket) {
              return std::make_shared<QueryConnection>(std::move(socket), owner_);
            }) {}

void QueryServer::write_status(JsonWriter& json) const {
  json.key("queries").open_object();
  json.key("connections").number(port_.listener().connections());
  json.key("refused_connections").number(port_.listener().refused());
  json.key("wrong_protocol").number(port_.listener().wrong_port());
  owner_.queries.write_status(json);
  json.key("unfinished_bytes").number(owner_.lines.held());
  json.close_object();
}

}  // namespace fortnight::daemon
