#include "query/question.h"
#include "query/service.h"
#include "query/verbs.h"

namespace fortnight::query {

Answer answer_verb(const Asking& asking) {
  switch (asking.question.words->verb) {
    case Verb::activity:
      return answer_activity(asking);
    case Verb::logs:
      return answer_logs(asking);
    case Verb::show:
      return answer_show(asking);
    case Verb::top:
      return answer_top(asking);
    case Verb::values:
      return answer_values(asking);
    case Verb::errors:
      return answer_errors(asking);
    case Verb::job:
      return answer_job(asking);
    case Verb::export_calls:
      return answer_export(asking);
    case Verb::rejects:
      return answer_rejects(asking);
    case Verb::status:
      return answer_status(asking);
    case Verb::help:
      return answer_help(asking);
    case Verb::ping:
    case Verb::quit:
      return Summary().close();
    case Verb::auth:
      return RequestError{"unsupported", "this server asks for no authentication"};
    case Verb::follow:
      return RequestError{"unsupported", "calls can't be followed here"};
    case Verb::explain:
      break;
  }
  return nothing_to_explain();
}

namespace {

// What EXPLAIN is asked about: the line with the word blanked out, so that columns stay what they
// were.
std::string explained(std::string_view line) {
  const std::string_view rest = behind_verb(line);
  return std::string(line.size() - rest.size(), ' ').append(rest);
}

Answer answer_line(const Context& context, std::string_view line, Sink& sink,
                   const storage::Budget& budget) {
  const bool explain = verb_of(line) == "EXPLAIN";
  const std::string what = explain ? verb_of(behind_verb(line)) : "";
  if (explain && (what.empty() || what == "EXPLAIN")) return nothing_to_explain();
  FORTNIGHT_ASSIGN(const Question question, understand(context, explain ? explained(line) : line));
  const Asking asking{context, question, sink, budget};
  return explain ? answer_explain(asking) : answer_verb(asking);
}

}  // namespace

Action action_of(std::string_view request_line) {
  const std::string verb = verb_of(request_line);
  if (verb == "FOLLOW") return Action::follow;
  if (verb == "AUTH") return Action::authenticate;
  return verb == "QUIT" ? Action::quit : Action::answer;
}

std::string execute(const Context& context, std::string_view request_line, Sink& sink,
                    const storage::Budget& budget) {
  Answer closing = answer_line(context, request_line, sink, budget);
  return closing ? std::move(*closing) : closing_line(closing.error());
}

}  // namespace fortnight::query
