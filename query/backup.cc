// BACKUP: a copy of the store in a directory of the daemon's host.
#include "storage/backup.h"

#include "query/verbs.h"

namespace fortnight::query {

Answer answer_backup(const VerbContext& verb) {
  // The daemon writes to the directory as its own user: that is for the admins of its host.
  if (!verb.request.local) {
    return RequestError("denied",
                        "BACKUP is for admins on the daemon's host, over its unix socket");
  }
  if (verb.request.alone.empty() || verb.request.alone[0].text.empty()) {
    return bad_request(1, "BACKUP takes a directory, by its absolute path");
  }
  if (!verb.context.back_up) return RequestError("unsupported", "there are no backups here");
  const auto backup = verb.context.back_up(verb.request.alone[0].text, verb.budget);
  if (!backup && backup.error().code == ErrorCode::invalid) {
    return bad_request(verb.request.alone[0].column, backup.error().message);
  }
  if (!backup) return store_error(backup.error());
  std::string row;
  JsonWriter json(row);
  json.open_object().key("directory").text(verb.request.alone[0].text).key("at");
  write_time(backup->at, 0, json);
  json.key("calls").number(backup->calls);
  json.key("files").number(backup->files);
  json.key("bytes").number(backup->bytes);
  json.key("linked").number(backup->linked);
  json.key("copied").number(backup->copied);
  json.key("copied_bytes").number(backup->copied_bytes);
  json.key("unchanged").number(backup->unchanged());
  json.close_object();
  FORTNIGHT_TRY(give(verb, row));
  return Summary().close();
}

}  // namespace fortnight::query
