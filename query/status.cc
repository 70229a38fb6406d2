// STATUS: one row with the state of the daemon and the store.
#include "query/verbs.h"

namespace fortnight::query {

Answer answer_status(const VerbContext& verb) {
  const Context& context = verb.context;
  std::string row;
  JsonWriter json(row);
  json.open_object();
  json.key("id_kinds").open_array();
  for (const std::string_view kind : id_kinds(context)) json.text(kind);
  json.close_array();
  if (context.write_daemon_status) context.write_daemon_status(json);
  verb.request.store->write_status(verb.request.now, json);
  json.close_object();
  FORTNIGHT_TRY(give(verb, row));
  return Summary().close();
}

}  // namespace fortnight::query
