#include "access/identity.h"

#include "base/json_writer.h"

namespace fortnight::access {

std::string identity_json(const Identity& identity) {
  std::string text;
  JsonWriter json(text);
  json.open_object().key("name").text(identity.name()).key("rights").open_array();
  for (std::size_t i = 0; i < kRightNames.size(); ++i) {
    if (identity.may(static_cast<Right>(i))) json.text(kRightNames[i]);
  }
  json.close_array().key("accounts");
  if (!identity.accounts()) {
    json.null();
  } else {
    json.open_array();
    for (const std::string& account : *identity.accounts()) json.text(account);
    json.close_array();
  }
  json.close_object();
  return text;
}

Reader everybody() {
  static const Reader reader = std::make_shared<const Identity>("everybody", Rights::reading());
  return reader;
}

Reader nobody() {
  static const Reader reader = std::make_shared<const Identity>("nobody", Rights());
  return reader;
}

}  // namespace fortnight::access
