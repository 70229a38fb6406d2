#include "query/validate.h"

#include "query/verbs.h"

namespace fortnight::query {

namespace {

// Refuses to be read. Verbs check a request before they read, so the error with which a verb ends
// is this one's if the request is valid.
class UnreadStore final : public storage::StoreReader {
 public:
  Result<void> scan_into(const storage::CallQuery&, const storage::Budget&,
                         const storage::CallVisitor&, storage::ScanSummary&) const override {
    return unread();
  }
  Result<storage::CountAnswer> count(const storage::CountQuery&, TimeNs,
                                     const storage::Budget&) const override {
    return unread();
  }
  Result<std::optional<storage::CallRecord>> fetch(const storage::Ref&,
                                                   const storage::Budget&) const override {
    return unread();
  }
  Result<std::uint64_t> next_seq() const override { return std::uint64_t{0}; }
  Result<storage::RejectPage> rejects(const storage::RejectQuery&,
                                      const storage::Budget&) const override {
    return unread();
  }
  Result<std::uint64_t> count_rejects(const storage::RejectFilter&) const override {
    return unread();
  }
  Result<storage::ScanSummary> explain(const storage::CallQuery&) const override {
    return unread();
  }
  void write_status(TimeNs, JsonWriter&) const override {}

 private:
  static Error unread() { return {ErrorCode::cancelled, "nothing is read"}; }
};

class UnreadSink final : public Sink {
 public:
  bool row(std::string_view) override { return true; }
};

Parsed<void> check(const Context& context, const RequestLine& line) {
  const RequestLine asked = line.explains() ? line.explained() : line;
  if (line.explains() && (asked.verb().empty() || asked.explains())) return nothing_to_explain();
  FORTNIGHT_ASSIGN(const ParsedRequest request, understand(context, asked));
  UnreadSink sink;
  const storage::Budget budget;
  ScanProgress progress;
  const VerbContext of{context, request, sink, budget, progress};
  switch (request.words->verb) {
    case Verb::follow: {
      const Follow::Started started = Follow::start(
          std::shared_ptr<const Context>(std::shared_ptr<const Context>(), &context), asked);
      if (started.follow == nullptr) return *started.error.error;
      return {};
    }
    case Verb::rejects:
    case Verb::find:
    case Verb::twin:
    case Verb::help:
    case Verb::status:
    case Verb::erasures:
    case Verb::ping:
    case Verb::quit:
    case Verb::auth:
      if (line.explains()) return nothing_to_explain();
      FORTNIGHT_TRY(answer_verb(of));
      return {};
    default:  // plans check what some verbs check only after they have counted
      FORTNIGHT_TRY(plan_verb(of));
      return {};
  }
}

}  // namespace

std::optional<RequestError> validate(const Context& context, const RequestLine& line) {
  const UnreadStore store;
  Context unread = context;
  unread.store = &store;
  unread.write_daemon_status = {};
  const Parsed<void> checked = check(unread, line);
  if (checked || checked.error().cause) return std::nullopt;
  return checked.error();
}

}  // namespace fortnight::query
