// What a value looks like, whatever its name.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/time.h"
#include "tools/format/flat_values.h"

namespace fortnight::format {

// The looks of one value; several may apply.
struct Looks {
  std::optional<TimeNs> time;     // an instant of the years 2000 to 2100
  bool lacks_zone = false;        // of the time: it was read as UTC
  bool date = false;              // 2026-01-15, or a version: v2, 2.1
  bool status = false;            // 100 to 599, also as "200 OK"
  bool usual_status = false;      // one of those that servers send every day
  bool method = false;            // of HTTP
  bool request_line = false;      // GET /x HTTP/1.1
  bool path = false;              // /x, or http://host/x
  bool route = false;             // a path with a place for an ID: /x/:id, /x/{id}
  bool identifier = false;        // a UUID, a ULID, hex digits and the like
  bool number = false;            // not negative, also in a string
  bool number_with_unit = false;  // 1.2ms
};

Looks looks_of(const FlatValue& value);

}  // namespace fortnight::format
