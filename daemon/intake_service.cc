#include "daemon/intake_service.h"

#include <algorithm>
#include <boost/asio/post.hpp>
#include <future>
#include <utility>

#include "daemon/intake_status.h"
#include "daemon/log.h"
#include "daemon/process.h"
#include "storage/base/json_writer.h"

namespace fortnight::daemon {
namespace {

using SteadyClock = std::chrono::steady_clock;
// Of the memory that the configuration allows, what may wait for the commit thread.
constexpr std::uint64_t kQueueShare = 16;
// Connections whose peers don't take their answers don't hold up a stop for longer.
constexpr std::chrono::seconds kDrainTime{5};
constexpr std::chrono::milliseconds kDrainCheck{10};
// An intake thread that doesn't come to answer for so long has other troubles.
constexpr std::chrono::seconds kAskTime{2};
// How often the rates of sources are taken, and what they rejected is logged.
constexpr std::chrono::seconds kTick{5};
// Who takes in steps back behind who makes files of it: the head is full while they wait.
constexpr int kNiceness = 5;

CommitterOptions committer_options(const config::Config& config) {
  CommitterOptions options;
  options.max_bytes = config.limits.memory / kQueueShare;
  options.sync_interval = config.storage.sync_interval;
  return options;
}

}  // namespace

IntakeService::IntakeService(storage::Store& store, const Clock& clock,
                             const config::Config& config,
                             std::function<void(const storage::Error&)> failed)
    : clock_(clock),
      work_(boost::asio::make_work_guard(loop_)),
      committer_(
          store, clock, committer_options(config),
          {[this] { boost::asio::post(loop_, [this] { gatherer_.wake_waiting(); }); },
           [this] { boost::asio::post(loop_, [this] { gatherer_.flush(); }); }, std::move(failed)}),
      gatherer_(loop_, committer_, store.positions()) {}

IntakeService::~IntakeService() { stop(); }

storage::Result<void> IntakeService::start(const config::Config& config) {
  for (const config::Source& source : config.sources) {
    FORTNIGHT_ASSIGN(auto opened, open(config, source));
    sources_.push_back(std::move(opened));
  }
  for (const auto& source : sources_) {
    if (source->port) source->port->start();
    if (source->tail) source->tail->start();
  }
  tick();
  thread_ = std::thread([this] {
    name_thread("intake");
    lower_priority(kNiceness);
    loop_.run();
  });
  return {};
}

void IntakeService::reload(const config::Config& config) {
  boost::asio::post(loop_, [this, config] { apply(config); });
}

void IntakeService::stop() {
  if (thread_.joinable()) {
    boost::asio::post(loop_, [this] { drain(); });
    thread_.join();
  }
  committer_.stop();
}

void IntakeService::Source::close() {
  if (port) port->close();
  if (tail) tail->close();
}

storage::Result<std::unique_ptr<IntakeService::Source>> IntakeService::open(
    const config::Config& config, const config::Source& source) {
  auto opened = std::make_unique<Source>();
  opened->config = source;
  opened->intake =
      std::make_unique<SourceIntake>(intake::mapper_settings(config, source), gatherer_, clock_);
  if (const auto* tail = std::get_if<config::TailSource>(&source.from)) {
    TailOptions options;
    options.source = source.name;
    options.globs = tail->paths;
    options.from = tail->from;
    options.max_line_bytes = config.limits.max_line_bytes;
    opened->tail = std::make_shared<TailSource>(loop_, std::move(options), *opened->intake);
    log_info("tailing", {{"source", source.name}});
    return opened;
  }
  const auto* tcp = std::get_if<config::TcpSource>(&source.from);
  FORTNIGHT_ASSIGN(Listening listening,
                   tcp != nullptr ? listen_tcp(tcp->listen)
                                  : listen_unix(std::get<config::UnixSource>(source.from).listen));
  log_info("receiving lines", {{"source", source.name}, {"at", listening.where}});
  opened->port =
      std::make_unique<LinePort>(loop_, std::move(listening), *opened->intake, config.limits);
  return opened;
}

void IntakeService::apply(const config::Config& config) {
  std::erase_if(closed_, [](const auto& source) { return source->idle(); });
  SourceList before = std::exchange(sources_, {});
  SourceList kept(config.sources.size());
  for (std::size_t i = 0; i < config.sources.size(); ++i) {
    const config::Source& wanted = config.sources[i];
    const auto same = std::find_if(before.begin(), before.end(), [&](const auto& source) {
      return source && source->config.name == wanted.name && source->config.from == wanted.from &&
             !source->lost_its_socket();
    });
    if (same == before.end()) continue;
    kept[i] = std::move(*same);
    kept[i]->config = wanted;
    kept[i]->intake->change(intake::mapper_settings(config, wanted));
  }
  // Others close before new ones open: an address may pass from one to the other.
  for (auto& source : before) {
    if (!source) continue;
    log_info("a source is removed", {{"source", source->config.name}});
    source->close();
    closed_.push_back(std::move(source));
  }
  for (std::size_t i = 0; i < config.sources.size(); ++i) {
    if (!kept[i]) {
      auto opened = open(config, config.sources[i]);
      if (!opened) {
        log_error("a source can't be opened",
                  {{"source", config.sources[i].name}, {"error", opened.error().message}});
        continue;
      }
      kept[i] = std::move(*opened);
      if (kept[i]->port) kept[i]->port->start();
      if (kept[i]->tail) kept[i]->tail->start();
    }
    sources_.push_back(std::move(kept[i]));
  }
}

void IntakeService::tick() {
  for (const SourceList* sources : {&sources_, &closed_}) {
    for (const auto& source : *sources) source->intake->tick();
  }
  tick_timer_.expires_after(kTick);
  tick_timer_.async_wait([this](boost::system::error_code cancelled) {
    if (!cancelled) tick();
  });
}

void IntakeService::drain() {
  for (const auto& source : sources_) source->close();
  gatherer_.flush();
  finish_when_drained(SteadyClock::now() + kDrainTime);
}

void IntakeService::finish_when_drained(SteadyClock::time_point deadline) {
  const auto idle = [](const auto& source) { return source->idle(); };
  const bool drained = std::all_of(sources_.begin(), sources_.end(), idle) &&
                       std::all_of(closed_.begin(), closed_.end(), idle);
  if (drained || committer_.failed() || SteadyClock::now() >= deadline) {
    for (const SourceList* sources : {&sources_, &closed_}) {
      for (const auto& source : *sources) {
        if (source->port) source->port->cut();
      }
    }
    gatherer_.flush();
    loop_.stop();
    return;
  }
  drain_timer_.expires_after(kDrainCheck);
  drain_timer_.async_wait(
      [this, deadline](boost::system::error_code) { finish_when_drained(deadline); });
}

template <typename Make>
std::string IntakeService::ask(Make make) {
  if (loop_.stopped()) return "";
  auto task = std::make_shared<std::packaged_task<std::string()>>(std::move(make));
  std::future<std::string> answer = task->get_future();
  boost::asio::post(loop_, [task] { (*task)(); });
  return answer.wait_for(kAskTime) == std::future_status::ready ? answer.get() : "";
}

std::string IntakeService::ports_json() {
  return ask([this] {
    std::string out;
    storage::JsonWriter json(out);
    json.open_array();
    for (const auto& source : sources_) {
      json.open_object().key("name").text(source->config.name);
      write_place(json, source->config, source->port.get());
      json.close_object();
    }
    json.close_array();
    return out;
  });
}

std::string IntakeService::status_json() {
  const std::string sources = ask([this] {
    std::string out;
    storage::JsonWriter json(out);
    json.open_array();
    for (const auto& source : sources_) {
      json.open_object().key("name").text(source->config.name);
      json.key("format").text(source->config.format);
      write_place(json, source->config, source->port.get());
      write_counters(json, source->intake->counters());
      write_pace(json, *source->intake, clock_.now());
      if (source->port) write_port(json, source->port->listener());
      if (source->tail) write_tail(json, source->tail->status());
      json.close_object();
    }
    json.close_array();
    return out;
  });
  return intake_status(sources, committer_.status());
}

}  // namespace fortnight::daemon
