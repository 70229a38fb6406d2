// A session on the query port: arbitrary bytes, in pieces of the length in the first byte, get
// answers that conform to the protocol.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "base/utf8.h"
#include "query/request_reader.h"
#include "query/service.h"
#include "tests/support/model_store.h"
#include "tests/support/native_lines.h"

namespace {

using namespace fortnight;

void require(bool condition) {
  if (!condition) std::abort();
}

// A line of an answer is one line of UTF-8.
void check_line(std::string_view line) {
  require(valid_utf8_prefix(line) == line.size());
  require(line.find('\n') == std::string_view::npos);
}

class CheckingSink final : public query::Sink {
 public:
  bool row(std::string_view json) override {
    check_line(json);
    require(json.starts_with('{') && json.ends_with('}'));
    return true;
  }
};

struct Session {
  Session() {
    const auto now = [] { return tests::utc("2026-11-20T12:00:00Z"); };
    auto append = tests::native_append(
        {R"({"ts":"2026-11-20T08:00:00.5Z","account":"A","method":"GET","endpoint":"/a",)"
         R"("status":200,"duration_ms":7.9,"ids":{"error_id":"e-1"}})",
         R"({"ts":"2026-11-20T09:00:00Z","account":"B","status":404,)"
         R"("ids":{"async_job_id":"j-1"}})"});
    require(model.append(std::move(append), now()).has_value());
    context->store = &model;
    context->now = now;
    context->accounts["A"] = {"Acme", "Asia/Kathmandu"};
    context->error_code_pointers = {"/status"};
    context->limits.rows = 500;
  }
  tests::ModelStore model;
  std::shared_ptr<query::Context> context = std::make_shared<query::Context>();
};

void answer(const Session& session, std::string_view request) {
  CheckingSink sink;
  const std::string closing = query::execute(*session.context, request, sink, {});
  check_line(closing);
  require(closing.starts_with("OK {") || closing.starts_with("ERR "));
  const query::RequestLine line{std::string(request), access::everybody()};
  if (line.action() != query::Action::follow) return;
  const auto started = query::Follow::start(session.context, line);
  require((started.follow == nullptr) == started.error.line.starts_with("ERR "));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Session session;
  if (size == 0) return 0;
  const std::size_t piece = data[0] + std::size_t{1};
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  query::RequestReader reader;
  const auto answer_all = [&] {
    while (auto request = reader.next()) {
      if (!request->error) answer(session, request->line);
    }
  };
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    reader.feed(bytes.substr(at, piece));
    answer_all();
  }
  reader.finish();
  answer_all();
  return 0;
}
