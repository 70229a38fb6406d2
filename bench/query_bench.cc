// Queries over a sealed day of 262,144 calls in one engine, from the request line to the rows, on
// one thread and with a warm cache. `fresh` queries have a text or value that was never asked for,
// so nothing about them is remembered; `repeated` ones are those of a page that refreshes.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>

#include "bench/generated_calls.h"
#include "query/service.h"
#include "storage/engine.h"

namespace fortnight {
namespace {

constexpr std::uint64_t kCalls = 262'144;
constexpr TimeNs kNow = day_start(bench::kDay + 1) + 12 * kNsPerHour;

// Takes rows and keeps none.
class CountingSink : public query::Sink {
 public:
  bool row(std::string_view json) override {
    benchmark::DoNotOptimize(json.data());
    ++rows;
    return true;
  }
  std::size_t rows = 0;
};

// Files in the directory that FORTNIGHT_BENCH_STORE names, which several runs can share; without
// it, in one that is removed at the end.
class StoreDirectory {
 public:
  StoreDirectory() {
    if (const char* path = std::getenv("FORTNIGHT_BENCH_STORE")) {
      std::filesystem::create_directories(path);
      kept_ = storage::posix_file_system(path);
    } else {
      scratch_.emplace();
    }
  }
  [[nodiscard]] storage::FileSystem& files() const { return kept_ ? *kept_ : scratch_->files(); }

 private:
  std::unique_ptr<storage::FileSystem> kept_;
  std::optional<bench::ScratchDirectory> scratch_;
};

class SealedDay {
 public:
  SealedDay() {
    engine_ = storage::Engine::open(directory_.files(), {}, kNow).value();
    if (!engine_->extent()) fill();
    storage::CallQuery first;
    first.limit = 1;
    const auto keep = [&](storage::CallRecord&& call) {
      account_ = call.text[static_cast<std::size_t>(storage::TextField::account)];
      call_id_ = call.text[static_cast<std::size_t>(storage::TextField::call_id)];
      return true;
    };
    engine_->scan(first, {}, keep).value();
    context_.store = engine_.get();
    context_.now = [] { return kLater; };
    context_.error_code_pointers = {"/response/body/errors/0/code"};
  }

  // Returns the number of rows.
  std::size_t ask(const std::string& request) const {
    CountingSink sink;
    const std::string closing = query::execute(context_, request, sink, {});
    if (!closing.starts_with("OK ")) throw std::runtime_error(request + ": " + closing);
    return sink.rows;
  }
  [[nodiscard]] const std::string& account() const { return account_; }
  [[nodiscard]] const std::string& call_id() const { return call_id_; }

 private:
  // The day has been quiet for long enough to be sealed.
  static constexpr TimeNs kLater = kNow + 2 * kNsPerHour;

  void fill() {
    bench::for_each_batch(kCalls, [&](const storage::Batch& batch) {
      storage::Append append;
      append.batch = batch;
      engine_->append(std::move(append), kNow).value();
      if (engine_->flush_if_due(kNow).value() <= kNow) engine_->flush().value();
    });
    engine_->flush().value();
    while (engine_->upkeep(kLater).value() <= kLater) {
    }
  }

  StoreDirectory directory_;
  std::unique_ptr<storage::Engine> engine_;
  query::Context context_;
  std::string account_;
  std::string call_id_;
};

const SealedDay& sealed_day() {
  static const SealedDay day;
  return day;
}

// `before` + a number that is never used again + `after`: of five digits, so that requests have
// equal lengths.
void ask_fresh(benchmark::State& state, const std::string& before, const std::string& after) {
  static int number = 10'000;
  const auto ask = [&] { return sealed_day().ask(fmt::format("{}{}{}", before, ++number, after)); };
  std::size_t rows = ask();
  for (auto _ : state) rows = ask();
  state.counters["rows"] = static_cast<double>(rows);
}

void ask_repeatedly(benchmark::State& state, const std::string& request) {
  std::size_t rows = sealed_day().ask(request);
  for (auto _ : state) rows = sealed_day().ask(request);
  state.counters["rows"] = static_cast<double>(rows);
}

const std::string kAll = " date=all";

// An address, a phrase, a name with a character that no call has, a token, a number, the number of
// an order and a path: none is in any call.
void fresh_address(benchmark::State& state) {
  ask_fresh(state, "LOGS text=\"nobody.", "@nowhere.example\"" + kAll);
}
void fresh_phrase(benchmark::State& state) {
  ask_fresh(state, "LOGS text=\"payment refused by bank ", "\"" + kAll);
}
void fresh_name(benchmark::State& state) {
  ask_fresh(state, "LOGS text=\"Ærøskøbing ", "\"" + kAll);
}
void fresh_token(benchmark::State& state) { ask_fresh(state, "LOGS text=7f3a9c", "e1b2" + kAll); }
void fresh_number(benchmark::State& state) { ask_fresh(state, "LOGS text=83", "71.5" + kAll); }
void fresh_order(benchmark::State& state) { ask_fresh(state, "LOGS text=2025-", "" + kAll); }
void fresh_path(benchmark::State& state) { ask_fresh(state, "LOGS text=/orders/", "/x" + kAll); }
// The same address as a whole word, and as the value at a JSON pointer.
void fresh_word(benchmark::State& state) {
  ask_fresh(state, "LOGS word=\"nobody.", "@nowhere.example\"" + kAll);
}
void fresh_value(benchmark::State& state) {
  ask_fresh(state, "LOGS /request/body/data/attributes/email=nobody.", "@nowhere.example" + kAll);
}
// A text that many calls have, in one column: counted.
void fresh_agent(benchmark::State& state) {
  ask_fresh(state, "ACTIVITY step=1d text=axios duration_ms>0.0000", kAll);
}
void fresh_id(benchmark::State& state) { ask_fresh(state, "SHOW nosuchcall", kAll); }
void call_by_id(benchmark::State& state) {
  ask_repeatedly(state, "SHOW " + sealed_day().call_id() + kAll);
}
void repeated_address(benchmark::State& state) {
  ask_repeatedly(state, "LOGS text=nobody@nowhere.example" + kAll);
}
void repeated_pointer(benchmark::State& state) {
  ask_repeatedly(state, "LOGS /request/headers/user-agent=*nobody*" + kAll);
}
void repeated_page(benchmark::State& state) {
  ask_repeatedly(state, "LOGS account=" + sealed_day().account() + " status=failed" + kAll);
}
void repeated_activity(benchmark::State& state) { ask_repeatedly(state, "ACTIVITY" + kAll); }
void repeated_activity_by_endpoint(benchmark::State& state) {
  ask_repeatedly(state, "ACTIVITY step=1h by=endpoint" + kAll);
}
void repeated_activity_of_agent(benchmark::State& state) {
  ask_repeatedly(state, "ACTIVITY /request/headers/user-agent=*axios*" + kAll);
}
void repeated_top_paths(benchmark::State& state) { ask_repeatedly(state, "TOP by=path" + kAll); }
void repeated_errors(benchmark::State& state) { ask_repeatedly(state, "ERRORS" + kAll); }

BENCHMARK(fresh_address)->Unit(benchmark::kMicrosecond);
BENCHMARK(fresh_phrase)->Unit(benchmark::kMicrosecond);
BENCHMARK(fresh_name)->Unit(benchmark::kMicrosecond);
BENCHMARK(fresh_token)->Unit(benchmark::kMicrosecond);
BENCHMARK(fresh_number)->Unit(benchmark::kMicrosecond);
BENCHMARK(fresh_order)->Unit(benchmark::kMicrosecond);
BENCHMARK(fresh_path)->Unit(benchmark::kMicrosecond);
BENCHMARK(fresh_word)->Unit(benchmark::kMicrosecond);
BENCHMARK(fresh_value)->Unit(benchmark::kMicrosecond);
BENCHMARK(fresh_agent)->Unit(benchmark::kMicrosecond);
BENCHMARK(fresh_id)->Unit(benchmark::kMicrosecond);
BENCHMARK(call_by_id)->Unit(benchmark::kMicrosecond);
BENCHMARK(repeated_address)->Unit(benchmark::kMicrosecond);
BENCHMARK(repeated_pointer)->Unit(benchmark::kMicrosecond);
BENCHMARK(repeated_page)->Unit(benchmark::kMicrosecond);
BENCHMARK(repeated_activity)->Unit(benchmark::kMicrosecond);
BENCHMARK(repeated_activity_by_endpoint)->Unit(benchmark::kMicrosecond);
BENCHMARK(repeated_activity_of_agent)->Unit(benchmark::kMicrosecond);
BENCHMARK(repeated_top_paths)->Unit(benchmark::kMicrosecond);
BENCHMARK(repeated_errors)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace fortnight

BENCHMARK_MAIN();
