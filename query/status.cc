// STATUS: one row with the state of the daemon and the store. SOURCES: a row for each source and
// each of its files.
#include <algorithm>

#include "base/json_members.h"
#include "query/filters.h"
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

Answer answer_sources(const VerbContext& verb) {
  if (!verb.context.source_rows) return RequestError("unsupported", "there are no sources here");
  const std::vector<storage::TextTest> tests = text_tests(verb.request, "source");
  // It may be called after this function has returned, if the answer takes too long.
  const auto rows = verb.context.source_rows([tests](std::string_view name) {
    return std::all_of(tests.begin(), tests.end(),
                       [&](const storage::TextTest& test) { return test.passes(name); });
  });
  if (!rows) return too_busy("intake doesn't answer in time; ask again later");
  std::uint64_t sources = 0;
  std::uint64_t files = 0;
  std::string_view rest = *rows;
  for (std::size_t end = rest.find('\n'); end != rest.npos; end = rest.find('\n')) {
    const std::string_view row = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    bool is_file = false;
    for_each_member(row, [&](const JsonMember& member) {
      is_file = is_file || (member.key == "file" && member.value != "null");
    });
    ++(is_file ? files : sources);
    FORTNIGHT_TRY(give(verb, row));
  }
  Summary summary;
  summary.json().key("sources").number(sources).key("files").number(files);
  return summary.close();
}

}  // namespace fortnight::query
