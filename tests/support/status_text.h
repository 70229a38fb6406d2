// STATUS of a store as text.
#pragma once

#include <string>

#include "base/json_writer.h"
#include "storage/store.h"

namespace fortnight::tests {

// The store's members as one JSON object.
inline std::string status_text(const storage::StoreReader& store, TimeNs now) {
  std::string out;
  JsonWriter json(out);
  store.write_status(now, json.open_object());
  json.close_object();
  return out;
}

}  // namespace fortnight::tests
