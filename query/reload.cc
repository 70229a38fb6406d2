// RELOAD: the daemon loads its configuration again.
#include "query/verbs.h"

namespace fortnight::query {

Answer answer_reload(const VerbContext& verb) {
  if (!verb.context.reload) return RequestError("unsupported", "there is no configuration here");
  const auto reloaded = verb.context.reload();
  if (!reloaded && reloaded.error().code == ErrorCode::cancelled) {
    return store_error(reloaded.error());
  }
  if (!reloaded) return RequestError("bad-configuration", reloaded.error().message);
  Summary summary;
  if (!reloaded->waits_for_restart.empty()) {
    summary.json().key("waits_for_restart").text(reloaded->waits_for_restart);
  }
  return summary.close();
}

}  // namespace fortnight::query
