#include "tools/client/run.h"

#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <optional>
#include <thread>
#include <vector>

#include "base/ascii.h"
#include "base/number_text.h"
#include "base/visible_text.h"
#include "tools/client/connection.h"
#include "tools/client/csv.h"
#include "tools/client/doctor.h"
#include "tools/client/exchange.h"
#include "tools/client/follow_view.h"
#include "tools/client/live.h"
#include "tools/client/pager.h"
#include "tools/client/request_line.h"
#include "tools/client/row_times.h"
#include "tools/client/terminal.h"
#include "tools/client/views.h"

namespace fortnight::client {
namespace {

constexpr std::string_view kCsvFields =
    "ts,account,method,endpoint,path,status,revision,duration_ms,call_id";
constexpr std::string_view kClearScreen = "\x1b[H\x1b[2J";

void print(std::string_view text) { std::fwrite(text.data(), 1, text.size(), stdout); }

// Prints a line of the protocol. On a terminal, control characters become JSON escapes.
void print_line(std::string_view line) {
  writes_to_terminal() ? print(visible_json(line)) : print(line);
  print("\n");
}

// Whether standard output has accepted everything so far; if not, the client requests no more.
bool is_taken() { return std::ferror(stdout) == 0; }

int complain(const Error& error) {
  std::fprintf(stderr, "fortnight: %s\n", safe_text(error.message).c_str());
  return error.code == ErrorCode::io ? kNoConnection : kWrong;
}

// Shows the progress of a long answer on standard error, if that is a terminal.
class Progress {
 public:
  // Counts one more call and its bytes.
  void add(std::uint64_t bytes) {
    constexpr std::uint64_t kLook = 256;  // calls between checks of the clock
    ++calls_;
    bytes_ += bytes;
    if (!watched_ || calls_ % kLook != 0) return;
    const auto now = std::chrono::steady_clock::now();
    if (now - shown_ < std::chrono::milliseconds(200)) return;
    shown_ = now;
    show("");
  }
  // Writes the final state, on a terminal only.
  void finish() {
    if (watched_) show("\n");
  }

 private:
  void show(const char* end) const {
    std::fprintf(stderr, "\r%s calls, %s%s", with_commas(calls_).c_str(),
                 byte_size(static_cast<double>(bytes_)).c_str(), end);
  }

  bool watched_ = isatty(STDERR_FILENO) == 1;
  std::uint64_t calls_ = 0;
  std::uint64_t bytes_ = 0;
  std::chrono::steady_clock::time_point shown_ = std::chrono::steady_clock::now();
};

// One request and its answer, on a connection of its own.
class ClientRequest {
 public:
  explicit ClientRequest(const Options& options) : options_(options), verb_(lower(options.verb)) {}

  int ask() {
    if (const auto opened = connection_.open(options_.server); !opened) {
      return complain(opened.error());
    }
    if (verb_ == "export") return export_calls();
    if (options_.curl) return whole(&ClientRequest::print_curl);
    if (options_.json || !(options_.view || writes_to_terminal())) return lines();
    if (verb_ == "follow") return follow();
    return whole(&ClientRequest::print_view);
  }

 private:
  // Sends the request and passes rows to `row` as they arrive; calls `closed` with the summary.
  template <typename Closed>
  int converse(const Connection::Row& row, Closed&& closed) {
    const auto closing = connection_.ask(request_line(options_.verb, arguments_), row);
    if (!closing) return complain(closing.error());
    if (!closing->ok) return complain({ErrorCode::invalid, closing->text});
    return closed(closing->text);
  }

  [[nodiscard]] int status_of(std::size_t rows, std::string_view summary) const {
    return found_nothing(verb_, rows, summary) ? kNothingFound : kAnswered;
  }

  // Prints the protocol's own lines.
  int lines() {
    std::size_t rows = 0;
    const auto row = [&](std::string_view line) {
      ++rows;
      print_line(line);
      if (verb_ == "follow") std::fflush(stdout);
      return is_taken();
    };
    return converse(row, [&](const std::string& summary) {
      if (options_.summary) print_line("{\"summary\":" + summary + "}");
      return status_of(rows, summary);
    });
  }

  int follow() {
    FollowedCalls calls(Terminal::detect());
    const auto row = [&](std::string_view line) {
      print(calls.render(line));
      std::fflush(stdout);
      return is_taken();
    };
    return converse(row, [](const std::string&) { return kAnswered; });
  }

  int export_calls() {
    const std::vector<std::string> columns = split_fields(choose_fields());
    const CsvText form{.safe = options_.safe, .visible = writes_to_terminal()};
    Progress progress;
    std::size_t rows = 0;
    // The header is printed only after the server has accepted the request.
    const auto head = [&] {
      if (options_.csv && rows == 0) print(csv_header(columns, form));
    };
    const auto row = [&](std::string_view line) {
      head();
      ++rows;
      progress.add(line.size() + 1);
      if (options_.csv) {
        print(csv_row(line, columns, form));
      } else {
        print_line(line);
      }
      return is_taken();
    };
    return converse(row, [&](const std::string& summary) {
      head();
      progress.finish();
      return status_of(rows, summary);
    });
  }

  // The fields to export, from --fields or fields=. Adds them to the request.
  std::string choose_fields() {
    constexpr std::string_view name = "fields=";
    for (const std::string& argument : arguments_) {
      if (argument.starts_with(name)) return argument.substr(name.size());
    }
    std::string fields(options_.fields.empty() && options_.csv ? kCsvFields : options_.fields);
    if (!fields.empty()) arguments_.push_back(std::string(name) + fields);
    return fields;
  }

  // Collects the whole answer and passes it to `show`.
  int whole(void (ClientRequest::*show)(const Answer&) const) {
    Answer answer;
    const auto row = [&](std::string_view line) {
      answer.rows.emplace_back(line);
      return true;
    };
    return converse(row, [&](const std::string& summary) {
      answer.summary = summary;
      if (options_.watch_seconds > 0 && writes_to_terminal()) print(kClearScreen);
      (this->*show)(answer);
      return status_of(answer.rows.size(), summary);
    });
  }

  // The zone of the request.
  [[nodiscard]] std::optional<TimeZone> zone() const {
    constexpr std::string_view name = "tz=";
    for (const std::string& argument : arguments_) {
      if (argument.starts_with(name)) return TimeZone::find(argument.substr(name.size()));
    }
    return std::nullopt;
  }

  void print_view(const Answer& given) const {
    const Terminal terminal = Terminal::detect();
    Answer answer = given;
    if (const auto asked = zone()) {
      for (std::string& row : answer.rows) row = row_in_zone(row, *asked);
    }
    const std::string text = render_answer(verb_, answer, terminal);
    const bool paged = writes_to_terminal() && options_.watch_seconds <= 0;
    paged ? page(text, terminal) : print(text);
  }

  void print_curl(const Answer& answer) const {
    for (const std::string& row : answer.rows) {
      const CurlCommand command = curl_command(exchange_of(row));
      print(command.text);
      for (const std::string& what : command.left_out) {
        std::fprintf(stderr, "fortnight: left out: %s\n", safe_text(what).c_str());
      }
    }
  }

  const Options& options_;
  std::string verb_;
  std::vector<std::string> arguments_ = options_.arguments;
  Connection connection_;
};

// Becomes fortnight-format, which is installed beside this program. Returns only if that fails.
int run_import(const Options& options) {
  std::error_code failed;
  const std::filesystem::path self = std::filesystem::read_symlink("/proc/self/exe", failed);
  std::vector<std::string> words = {self.parent_path() / "fortnight-format", "import"};
  if (options.json) words.emplace_back("--json");
  words.emplace_back("--");
  words.insert(words.end(), options.arguments.begin(), options.arguments.end());
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  ::execv(pointers[0], pointers.data());
  std::fprintf(stderr, "fortnight: can't run %s: %s\n", pointers[0], std::strerror(errno));
  return kWrong;
}

}  // namespace

int run(const Options& options) {
  if (lower(options.verb) == "doctor") {
    const int health = run_doctor(options);
    const int done = written(kAnswered);
    return done == kAnswered ? health : done;
  }
  if (lower(options.verb) == "import") return run_import(options);
  if (asks_for_live(options)) return written(run_live(options));
  for (;;) {
    const int status = written(ClientRequest(options).ask());
    if (options.watch_seconds <= 0 || status == kWrong || status == kNotWritten) return status;
    std::this_thread::sleep_for(std::chrono::duration<double>(options.watch_seconds));
  }
}

int written(int status) {
  const bool flushed = std::fflush(stdout) == 0;
  if (flushed && is_taken()) return status;
  std::fprintf(stderr, "fortnight: not all of it could be written: %s\n", std::strerror(errno));
  return kNotWritten;
}

}  // namespace fortnight::client
