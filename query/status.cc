// STATUS: one row with the state of the daemon and the store.
#include "query/verbs.h"

namespace fortnight::query {

Answer answer_status(const VerbContext& verb) {
  const Context& context = verb.context;
  std::string row = "{";
  if (context.daemon_status) row += context.daemon_status();
  std::string store = context.store->status(verb.request.now).json;
  // Its members are appended to the row's.
  if (row.size() > 1 && store.size() > 2) row += ',';
  row.append(store, 1);
  FORTNIGHT_TRY(give(verb, row));
  return Summary().close();
}

}  // namespace fortnight::query
