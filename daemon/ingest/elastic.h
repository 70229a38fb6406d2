// What clients of Elasticsearch ask before and beside their bulk requests. Templates, policies and
// pipelines are answered as if they existed, so that clients go on; none is stored.
#pragma once

#include <optional>
#include <string>

#include "daemon/http/http_reader.h"
#include "daemon/http/reply.h"
#include "daemon/http/target.h"

namespace fortnight::daemon {

struct ElasticRequest {
  std::optional<Reply> answer;  // nothing: it is a bulk request
  std::string index;            // in the path of a bulk request; empty: none
};

// Nothing if the path isn't one of Elasticsearch's.
std::optional<ElasticRequest> understand_elastic(const HttpRequest& request, const Target& target);

}  // namespace fortnight::daemon
