#include "query/parsed_request.h"
#include "query/service.h"
#include "query/verbs.h"

namespace fortnight::query {

Answer answer_verb(const VerbContext& verb) {
  switch (verb.request.words->verb) {
    case Verb::activity:
      return answer_activity(verb);
    case Verb::logs:
      return answer_logs(verb);
    case Verb::show:
      return answer_show(verb);
    case Verb::top:
      return answer_top(verb);
    case Verb::values:
      return answer_values(verb);
    case Verb::errors:
      return answer_errors(verb);
    case Verb::job:
      return answer_job(verb);
    case Verb::export_calls:
      return answer_export(verb);
    case Verb::rejects:
      return answer_rejects(verb);
    case Verb::status:
      return answer_status(verb);
    case Verb::help:
      return answer_help(verb);
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

// Returns the request behind EXPLAIN. EXPLAIN itself is replaced by blanks, so that columns in
// errors stay right.
std::string explained(std::string_view line) {
  const std::string_view rest = behind_verb(line);
  return std::string(line.size() - rest.size(), ' ').append(rest);
}

Parsed<ParsedRequest> cache_key(const Context& context, std::string_view line) {
  if (verb_of(line) != "EXPLAIN") return understand(context, line);
  const std::string what = verb_of(behind_verb(line));
  if (what.empty() || what == "EXPLAIN") return nothing_to_explain();
  return understand(context, explained(line));
}

class AnsweringOnce final : public Answering {
 public:
  AnsweringOnce(std::shared_ptr<const Context> context, std::string_view line)
      : context_(std::move(context)),
        explain_(verb_of(line) == "EXPLAIN"),
        question_(cache_key(*context_, line)) {}

  State run(Sink& sink, const storage::Budget& budget) override {
    const Answer answer = go_on(sink, budget);
    if (!answer && is_pause(answer.error())) return State::paused;
    closing_ = answer ? *answer : closing_line(answer.error());
    return State::ended;
  }
  [[nodiscard]] const std::string& closing() const override { return closing_; }

 private:
  Answer go_on(Sink& sink, const storage::Budget& budget) {
    if (!question_) return question_.error();
    const VerbContext verb{*context_, *question_, sink, budget, progress_};
    return explain_ ? answer_explain(verb) : answer_verb(verb);
  }

  std::shared_ptr<const Context> context_;
  const bool explain_;
  const Parsed<ParsedRequest> question_;
  ScanProgress progress_;
  std::string closing_;
};

}  // namespace

Action action_of(std::string_view request_line) {
  const std::string verb = verb_of(request_line);
  if (verb == "FOLLOW") return Action::follow;
  if (verb == "AUTH") return Action::authenticate;
  return verb == "QUIT" ? Action::quit : Action::answer;
}

Weight weight_of(std::string_view request_line) {
  const VerbWords* words = find_verb(verb_of(request_line));
  if (words == nullptr) return Weight::none;
  switch (words->verb) {
    case Verb::ping:
    case Verb::quit:
    case Verb::auth:
    case Verb::help:
      return Weight::none;
    case Verb::status:
    case Verb::explain:
      return Weight::light;
    case Verb::export_calls:
      return Weight::endless;
    default:
      return Weight::calls;
  }
}

std::unique_ptr<Answering> Answering::start(std::shared_ptr<const Context> context,
                                            std::string_view request_line) {
  return std::make_unique<AnsweringOnce>(std::move(context), request_line);
}

std::string execute(const Context& context, std::string_view request_line, Sink& sink,
                    const storage::Budget& budget) {
  AnsweringOnce answering({std::shared_ptr<const Context>(), &context}, request_line);
  if (answering.run(sink, budget) == Answering::State::ended) return answering.closing();
  return closing_line({"limit", "others use what it needs; ask again later"});
}

}  // namespace fortnight::query
