#include "tools/client/live.h"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/ascii.h"
#include "base/json_writer.h"
#include "tools/client/connection.h"
#include "tools/client/json.h"
#include "tools/client/live_view.h"
#include "tools/client/request_line.h"
#include "tools/client/run.h"
#include "tools/client/screen.h"
#include "tools/client/slowest.h"

namespace fortnight::client {
namespace {

constexpr double kUsualInterval = 2;  // seconds
constexpr std::size_t kRatesKept = 200;
constexpr const char* kMostRows = "n=20";
// Endpoints whose calls are counted; more are very rare.
constexpr const char* kEndpoints = "n=5000";
constexpr std::size_t kPlainHeight = 100;  // lines; more than there are

using Rows = std::vector<std::string>;

// An endpoint as the value of a filter: stars and backslashes stand for themselves.
std::string endpoint_filter(std::string_view endpoint) {
  std::string escaped;
  for (const char c : endpoint) {
    if (c == '*' || c == '\\') escaped += '\\';
    escaped += c;
  }
  std::string quoted;
  JsonWriter(quoted).text(escaped);
  return "endpoint=" + quoted;
}

// What the server says at one moment.
class Figures {
 public:
  explicit Figures(const Options& options) : options_(options) {
    figures_.server = options.server.address;
    for (const std::string& argument : options.arguments) {
      figures_.filters += (figures_.filters.empty() ? "" : " ") + argument;
    }
  }

  // ErrorCode::io: no connection; the figures stay as they were. ErrorCode::invalid: the server
  // refuses to answer.
  Result<void> refresh() {
    auto asked = ask_all();
    if (!asked) connection_.reset();
    figures_.problem = asked ? "" : asked.error().message;
    return asked;
  }
  [[nodiscard]] const LiveFigures& figures() const { return figures_; }

 private:
  struct Answered {
    Rows rows;
    std::string summary;
  };

  Result<void> ask_all() {
    if (connection_ == nullptr) {
      auto opened = std::make_unique<Connection>();
      FORTNIGHT_TRY(opened->open(options_.server));
      connection_ = std::move(opened);
    }
    const std::string period = "date=last-" + std::to_string(figures_.minutes) + "-minutes";
    FORTNIGHT_ASSIGN(const Answered minute, ask("ACTIVITY", {"date=last-1-minutes", "step=1d"}));
    FORTNIGHT_ASSIGN(const Answered whole, activity(period, {}));
    LiveGroup all = group_of(whole);
    FORTNIGHT_ASSIGN(std::vector<LiveGroup> endpoints, endpoints_of(period, whole));
    FORTNIGHT_ASSIGN(std::vector<LiveGroup> accounts, top("account", {kMostRows, period}));
    constexpr double kMinute = 60;
    figures_.rates.push_back(number_of(member_of(minute.summary, "calls")) / kMinute);
    if (figures_.rates.size() > kRatesKept) figures_.rates.erase(figures_.rates.begin());
    figures_.time = time_of(text_of(member_of(whole.summary, "to")));
    figures_.all = std::move(all);
    figures_.endpoints = std::move(endpoints);
    figures_.accounts = std::move(accounts);
    return {};
  }

  // Slowest first. If no call has a duration, those with the most calls.
  Result<std::vector<LiveGroup>> endpoints_of(const std::string& period, const Answered& whole) {
    std::vector<std::string> names;
    if (const double longest = longest_ms(whole); longest >= 0) {
      const auto count = [&](double ms) -> Result<SlowestEndpoints::Calls> {
        const std::string slow = fmt::format("duration_ms>={:.3f}", ms);
        FORTNIGHT_ASSIGN(const auto groups, top("endpoint", {kEndpoints, period, slow}));
        SlowestEndpoints::Calls calls;
        for (const LiveGroup& group : groups) calls.emplace(group.name, group.calls);
        return calls;
      };
      FORTNIGHT_ASSIGN(names, slowest_.find(longest, count));
    } else {
      FORTNIGHT_ASSIGN(const auto groups, top("endpoint", {kMostRows, period}));
      for (const LiveGroup& group : groups) names.push_back(group.name);
    }
    std::vector<LiveGroup> endpoints;
    for (const std::string& name : names) {
      FORTNIGHT_ASSIGN(const Answered answered, activity(period, {endpoint_filter(name)}));
      endpoints.push_back(group_of(answered, name));
    }
    std::stable_sort(endpoints.begin(), endpoints.end(),
                     [](const LiveGroup& a, const LiveGroup& b) { return a.slow_ms > b.slow_ms; });
    return endpoints;
  }

  // "2026-11-20T12:00:05.123+01:00" becomes "12:00:05".
  static std::string time_of(const std::string& time) {
    constexpr std::size_t kBegin = 11;
    constexpr std::size_t kLength = 8;
    return time.size() < kBegin + kLength ? "" : time.substr(kBegin, kLength);
  }

  Result<Answered> ask(const char* verb, std::vector<std::string> arguments) {
    arguments.insert(arguments.end(), options_.arguments.begin(), options_.arguments.end());
    Answered answered;
    const auto row = [&](std::string_view line) {
      answered.rows.emplace_back(line);
      return true;
    };
    FORTNIGHT_ASSIGN(Closing closing, connection_->ask(request_line(verb, arguments), row));
    if (!closing.ok) return Error{ErrorCode::invalid, closing.text};
    answered.summary = std::move(closing.text);
    return answered;
  }

  Result<Answered> activity(const std::string& period, std::vector<std::string> filters) {
    filters.insert(filters.end(), {period, "step=1d", "quantiles=0.5,0.95,1"});
    return ask("ACTIVITY", std::move(filters));
  }

  static LiveGroup group_of(const Answered& activity, std::string name = {}) {
    LiveGroup group;
    group.name = std::move(name);
    group.calls = number_of(member_of(activity.summary, "calls"));
    group.errors = number_of(member_of(activity.summary, "errors"));
    group.median_ms = quantile(activity, "0.5");
    group.slow_ms = quantile(activity, "0.95");
    return group;
  }
  static double longest_ms(const Answered& activity) { return quantile(activity, "1"); }

  // Of the whole period; below 0: no call has a duration.
  static double quantile(const Answered& activity, std::string_view name) {
    const std::string value = member_of(member_of(activity.summary, "quantiles"), name);
    return value.empty() || value == "null" ? -1 : number_of(value);
  }

  Result<std::vector<LiveGroup>> top(const char* by, std::vector<std::string> words) {
    words.push_back(std::string("by=") + by);
    FORTNIGHT_ASSIGN(const Answered answered, ask("TOP", std::move(words)));
    std::vector<LiveGroup> groups;
    for (const std::string& row : answered.rows) {
      // Many rare values, which have no name.
      if (member_of(row, "past_cap") == "true") continue;
      LiveGroup& group = groups.emplace_back();
      group.name = text_of(member_of(row, by));
      group.calls = number_of(member_of(row, "calls"));
      group.errors = number_of(member_of(row, "errors"));
    }
    return groups;
  }

  const Options& options_;
  std::unique_ptr<Connection> connection_;
  SlowestEndpoints slowest_;
  LiveFigures figures_;
};

int exit_status_of(const Error& error) {
  return error.code == ErrorCode::io ? kNoConnection : kWrong;
}

void report_failure(const Error& error) {
  std::fprintf(stderr, "fortnight: %s\n", safe_text(error.message).c_str());
}

// Refreshes the picture on a timer, and handles keys and signals.
class LiveScreen {
 public:
  LiveScreen(const Options& options, Figures& figures)
      : figures_(figures),
        interval_(options.watch_seconds > 0 ? options.watch_seconds : kUsualInterval) {
    signals_.add(SIGWINCH);
    signals_.add(SIGTSTP);
    if (::isatty(STDIN_FILENO) == 1) keys_.assign(::dup(STDIN_FILENO));
  }

  int run() {
    screen_.emplace();
    draw();
    wait_for_signal();
    wait_for_key();
    wait_for_time();
    loop_.run();
    screen_.reset();
    return kAnswered;
  }

 private:
  void draw() {
    if (std::ferror(stdout) != 0) return loop_.stop();
    screen_->show(draw_live(figures_.figures(), Terminal::detect()));
  }

  void wait_for_time() {
    timer_.expires_after(std::chrono::duration_cast<std::chrono::milliseconds>(
        std::chrono::duration<double>(interval_)));
    timer_.async_wait([this](boost::system::error_code cancelled) {
      if (cancelled) return;
      (void)figures_.refresh();  // the picture has the problem
      draw();
      wait_for_time();
    });
  }

  void wait_for_key() {
    if (!keys_.is_open()) return;
    keys_.async_wait(boost::asio::posix::stream_descriptor::wait_read,
                     [this](boost::system::error_code failed) {
                       char key = 0;
                       if (failed || ::read(STDIN_FILENO, &key, 1) != 1) return;
                       constexpr char kControlD = 4;
                       if (key == 'q' || key == 'Q' || key == kControlD) return loop_.stop();
                       wait_for_key();
                     });
  }

  void wait_for_signal() {
    signals_.async_wait([this](boost::system::error_code failed, int signal) {
      if (failed) return;
      if (signal == SIGTSTP) {
        screen_->leave();
        (void)std::raise(SIGSTOP);  // until SIGCONT
        screen_->enter();
      } else if (signal != SIGWINCH) {
        return loop_.stop();
      }
      draw();
      wait_for_signal();
    });
  }

  Figures& figures_;
  const double interval_;
  boost::asio::io_context loop_{1};
  boost::asio::signal_set signals_{loop_, SIGINT, SIGTERM, SIGHUP};
  boost::asio::steady_timer timer_{loop_};
  boost::asio::posix::stream_descriptor keys_{loop_};
  std::optional<Screen> screen_;
};

}  // namespace

bool asks_for_live(const Options& options) {
  if (lower(options.verb) != "top" || options.json) return false;
  return std::none_of(options.arguments.begin(), options.arguments.end(),
                      [](const std::string& word) { return word.starts_with("by="); });
}

int run_live(const Options& options) {
  Figures figures(options);
  if (const auto first = figures.refresh(); !first) {
    report_failure(first.error());
    return exit_status_of(first.error());
  }
  if (options.once || !writes_to_terminal()) {
    Terminal terminal = Terminal::detect();
    terminal.height = kPlainHeight;
    const std::string text = draw_live(figures.figures(), terminal);
    std::fwrite(text.data(), 1, text.size(), stdout);
    return kAnswered;
  }
  return LiveScreen(options, figures).run();
}

}  // namespace fortnight::client
