// The description of the HTTP API (OpenAPI 3.1), made from the words of the query language.
#pragma once

#include <string>

#include "query/service.h"

namespace fortnight::daemon {

// JSON. Depends on the configured kinds of IDs.
std::string openapi_json(const query::Context& context);

}  // namespace fortnight::daemon
