#include "base/require.h"
#include "query/disclosure.h"
#include "query/parsed_request.h"
#include "query/permission.h"
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
    case Verb::find:
      return answer_find(verb);
    case Verb::twin:
      return answer_twin(verb);
    case Verb::status:
      return answer_status(verb);
    case Verb::sources:
      return answer_sources(verb);
    case Verb::issue:
      return answer_issue(verb);
    case Verb::tokens:
      return answer_tokens(verb);
    case Verb::revoke:
      return answer_revoke(verb);
    case Verb::erase:
      return answer_erase(verb);
    case Verb::erasures:
      return answer_erasures(verb);
    case Verb::backup:
      return answer_backup(verb);
    case Verb::audit:
      return answer_audit(verb);
    case Verb::user:
      return answer_user(verb);
    case Verb::users:
      return answer_users(verb);
    case Verb::reload:
      return answer_reload(verb);
    case Verb::help:
      return answer_help(verb);
    case Verb::ping:
    case Verb::quit:
      return Summary().close();
    case Verb::auth:
      return RequestError{"unsupported", "nobody is asked for a token here"};
    case Verb::follow:
      return RequestError{"unsupported", "calls can't be followed here"};
    case Verb::explain:
      break;
  }
  return nothing_to_explain();
}

namespace {

Parsed<ParsedRequest> parse(const Context& context, const RequestLine& line) {
  if (!line.explains()) return understand(context, line);
  if (auto denied = why_not(*line.reader(), *line.words(), context.now())) return *denied;
  const RequestLine explained = line.explained();
  if (explained.verb().empty() || explained.explains()) return nothing_to_explain();
  return understand(context, explained);
}

class AnsweringOnce final : public Answering {
 public:
  AnsweringOnce(std::shared_ptr<const Context> context, const RequestLine& line)
      : context_(std::move(context)), explain_(line.explains()), request_(parse(*context_, line)) {}

  State run(Sink& sink, const storage::Budget& budget) override {
    const Answer answer = go_on(sink, budget);
    if (!answer && is_pause(answer.error())) return State::paused;
    closing_ = answer ? Closing(*answer) : Closing(answer.error());
    return State::ended;
  }
  Result<void> record(std::size_t bytes) override {
    if (!request_ || request_->disclosure == nullptr) return {};
    return request_->disclosure->record(bytes, context_->now());
  }
  [[nodiscard]] const Closing& closing() const override {
    FORTNIGHT_REQUIRE(!closing_.line.empty());
    return closing_;
  }

 private:
  Answer go_on(Sink& sink, const storage::Budget& budget) {
    if (!request_) return request_.error();
    const VerbContext verb{*context_, *request_, sink, budget, progress_};
    return explain_ ? answer_explain(verb) : answer_verb(verb);
  }

  std::shared_ptr<const Context> context_;
  const bool explain_;
  const Parsed<ParsedRequest> request_;
  ScanProgress progress_;
  Closing closing_;
};

}  // namespace

std::unique_ptr<Answering> Answering::start(std::shared_ptr<const Context> context,
                                            const RequestLine& line) {
  return std::make_unique<AnsweringOnce>(std::move(context), line);
}

std::string execute(const Context& context, std::string_view line, Sink& sink,
                    const storage::Budget& budget) {
  AnsweringOnce answering({std::shared_ptr<const Context>(), &context},
                          RequestLine(std::string(line), access::everybody()));
  if (answering.run(sink, budget) == Answering::State::ended) return answering.closing().line;
  return closing_line(too_busy("others use what it needs; ask again later"));
}

}  // namespace fortnight::query
