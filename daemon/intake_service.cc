#include "daemon/intake_service.h"

#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/post.hpp>
#include <future>
#include <map>
#include <set>
#include <utility>

#include "base/json_writer.h"
#include "config/nearest_name.h"
#include "daemon/log.h"
#include "daemon/process.h"
#include "daemon/recent_calls.h"
#include "daemon/tail/listing.h"

namespace fortnight::daemon {
namespace {

using SteadyClock = std::chrono::steady_clock;
// The commit queue's share of limits.memory is 1 / this.
constexpr std::uint64_t kQueueShare = 16;
// Maximum time that stop() waits for peers to read their answers.
constexpr std::chrono::seconds kDrainTime{5};
constexpr std::chrono::milliseconds kDrainCheck{10};
// Maximum wait for an answer of the intake thread; STATUS then leaves its members out.
constexpr std::chrono::seconds kAskTime{2};
// Interval for updating the sources' rates and logging their rejects.
constexpr std::chrono::seconds kStatusTick{5};
// Intake yields to the flush: while the head is full, intake waits anyway.
constexpr int kNiceness = 5;

CommitterOptions committer_options(const config::Config& config) {
  CommitterOptions options;
  options.max_bytes = config.limits.memory / kQueueShare;
  options.sync_interval = config.storage.sync_interval;
  return options;
}

}  // namespace

IntakeService::IntakeService(storage::Store& store, const Clock& clock,
                             const config::Config& config, UnfinishedLines& lines, TlsServer& tls,
                             Events events)
    : store_(store),
      clock_(clock),
      lines_(lines),
      bodies_(body_bytes(config.limits.memory)),
      tls_(tls),
      work_(boost::asio::make_work_guard(loop_)),
      committer_(store, clock, committer_options(config),
                 {[this] { boost::asio::post(loop_, [this] { gatherer_.wake_waiting(); }); },
                  [this] { boost::asio::post(loop_, [this] { gatherer_.flush(); }); },
                  std::move(events.failed), std::move(events.taken_in)}),
      gatherer_(loop_, committer_, store.positions()) {}

IntakeService::~IntakeService() { stop(); }

Result<void> IntakeService::start(const config::Config& config) {
  config_ = std::make_shared<config::Config>(config);
  for (const config::Source& source : config.sources) {
    FORTNIGHT_ASSIGN(Listening listening, listen(source));
    sources_.push_back(make(config, source, std::move(listening), nullptr));
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

Result<void> IntakeService::reload(const config::Config& config) {
  std::promise<Result<void>> applied;
  boost::asio::post(loop_, [&] { applied.set_value(apply(config)); });
  return applied.get_future().get();
}

Result<void> IntakeService::stop() {
  if (thread_.joinable()) {
    boost::asio::post(loop_, [this] { drain(); });
    thread_.join();
  }
  committer_.stop();
  const CommitterStatus status = committer_.status();
  if (!status.gave_up) return {};
  return Error{ErrorCode::no_space,
               "there was no room for the last lines: they weren't acknowledged, and "
               "are lost unless their sender has them (" +
                   status.paused + ")"};
}

void IntakeService::Source::close() {
  if (port) port->close();
  if (tail) tail->close();
}

// Opens the socket that the source listens on. Nothing for a tail.
Result<Listening> IntakeService::listen(const config::Source& source) {
  if (const auto* tcp = std::get_if<config::TcpSource>(&source.from)) {
    TlsDoor door;
    if (tcp->tls.value_or(false)) door.server = &tls_;
    return listen_tcp(tcp->listen, door);
  }
  if (const auto* http = std::get_if<config::HttpSource>(&source.from)) {
    TlsDoor door;
    door.protocol = TlsProtocol::http;
    if (http->tls.value_or(false)) door.server = &tls_;
    return listen_tcp(http->listen, door);
  }
  if (const auto* socket = std::get_if<config::UnixSource>(&source.from)) {
    return listen_unix(socket->listen, socket->datagrams ? SOCK_DGRAM : SOCK_STREAM);
  }
  if (const auto* udp = std::get_if<config::UdpSource>(&source.from)) {
    return listen_udp(udp->listen);
  }
  return Listening{};
}

std::unique_ptr<IntakeService::Source> IntakeService::make(const config::Config& config,
                                                           const config::Source& source,
                                                           Listening listening,
                                                           const Source* before) {
  auto made = std::make_unique<Source>();
  made->config = source;
  if (before != nullptr) {
    made->intake = before->intake;
    made->intake->change(intake::mapper_settings(config, source, hash_));
    made->named = before->named;
    made->earlier = before->earlier;
    if (before->port) made->earlier += before->port->counts();
  } else {
    made->intake = std::make_shared<SourceIntake>(intake::mapper_settings(config, source, hash_),
                                                  gatherer_, clock_);
  }
  set_recent_calls(config, source, *made->intake);
  if (const auto* tail = std::get_if<config::TailSource>(&source.from)) {
    TailOptions options;
    options.source = source.name;
    options.globs = absolute_patterns(tail->paths);
    options.from = tail->from;
    options.max_line_bytes = config.limits.max_line_bytes;
    made->tail = std::make_shared<TailSource>(loop_, std::move(options), *made->intake, claims_);
    log_info("tailing", {{"source", source.name}});
    return made;
  }
  log_info("receiving lines", {{"source", source.name}, {"at", listening.where}});
  made->port = make_port(config, *made, std::move(listening));
  return made;
}

void IntakeService::set_recent_calls(const config::Config& config, const config::Source& source,
                                     SourceIntake& intake) {
  if (source.deduplicate == 0) return intake.drop_duplicates(nullptr);
  const auto& known = intake.recent_calls();
  if (known && known->most() == source.deduplicate) return;
  intake.drop_duplicates(recent_calls_of(store_, config, source));
}

std::unique_ptr<IntakePort> IntakeService::make_port(const config::Config& config, Source& source,
                                                     Listening listening) {
  const auto* const socket = std::get_if<config::UnixSource>(&source.config.from);
  if (std::holds_alternative<config::UdpSource>(source.config.from) ||
      (socket != nullptr && socket->datagrams)) {
    return std::make_unique<DatagramPort>(loop_, std::move(listening), *source.intake);
  }
  SenderRule senders;
  if (gate_ != nullptr) {
    senders = SenderRule(*gate_, clock_, source.config.require_identity.value_or(false));
  }
  if (!std::holds_alternative<config::HttpSource>(source.config.from)) {
    return std::make_unique<LinePort>(loop_, std::move(listening), *source.intake, config.limits,
                                      lines_, senders);
  }
  NamedSources::Key own{source.config.name, source.config.format};
  if (source.named == nullptr) {
    source.named = std::make_shared<NamedSources>(
        own, source.intake,
        [this, name = own.name](const NamedSources::Key& key, std::shared_ptr<SourceIntake> known) {
          return name_source(name, key, std::move(known));
        });
  }
  return std::make_unique<IngestPort>(loop_, std::move(listening), *source.named, ingest_,
                                      config.limits, senders);
}

query::Parsed<std::shared_ptr<SourceIntake>> IntakeService::name_source(
    const std::string& of, const NamedSources::Key& key, std::shared_ptr<SourceIntake> known) {
  const auto find = [this](const std::string& name) {
    return std::find_if(config_->sources.begin(), config_->sources.end(),
                        [&](const config::Source& source) { return source.name == name; });
  };
  if (key.name != of && find(key.name) != config_->sources.end()) {
    return query::RequestError("bad-request", "this name belongs to another source");
  }
  if (!config_->formats.contains(key.format)) {
    std::vector<std::string_view> formats;
    for (const auto& [name, format] : config_->formats) formats.push_back(name);
    const std::string_view nearest = config::nearest_name(key.format, formats);
    return query::RequestError("bad-request", "no such format" + query::did_you_mean(nearest));
  }
  const auto port = find(of);
  if (port == config_->sources.end()) {
    return query::RequestError("bad-request", "the source is closed");
  }
  config::Source source = *port;
  source.name = key.name;
  source.format = key.format;
  intake::MapperSettings settings = intake::mapper_settings(*config_, source, hash_);
  if (known == nullptr) {
    known = std::make_shared<SourceIntake>(std::move(settings), gatherer_, clock_);
  } else {
    known->change(std::move(settings));
  }
  const auto running = std::find_if(sources_.begin(), sources_.end(),
                                    [&](const auto& one) { return one && one->config.name == of; });
  if (running != sources_.end()) known->drop_duplicates((*running)->intake->recent_calls());
  return known;
}

// Steps that can fail come first and close nothing: all new addresses are opened. The change of the
// sources afterwards can't fail.
Result<void> IntakeService::apply(const config::Config& config) {
  std::erase_if(closed_, [](const auto& source) { return source->idle(); });
  const std::size_t count = config.sources.size();
  std::vector<Source*> kept(count);    // continues unchanged
  std::vector<Source*> giving(count);  // another source whose socket this one takes over
  std::vector<Listening> listening(count);
  std::set<const Source*> taken;
  const auto find = [&](const auto& fits) -> Source* {
    const auto found = std::find_if(sources_.begin(), sources_.end(), [&](const auto& source) {
      return !taken.contains(source.get()) && fits(*source);
    });
    if (found == sources_.end()) return nullptr;
    taken.insert(found->get());
    return found->get();
  };
  for (std::size_t i = 0; i < count; ++i) {
    const config::Source& wanted = config.sources[i];
    kept[i] = find([&](const Source& source) {
      return source.config.name == wanted.name && source.config.from == wanted.from &&
             source.config.require_identity == wanted.require_identity && !source.lost_its_socket();
    });
  }
  for (std::size_t i = 0; i < count; ++i) {
    const config::Source& wanted = config.sources[i];
    if (kept[i] != nullptr) continue;
    giving[i] = find([&](const Source& source) {
      return source.port && source.config.from == wanted.from && !source.lost_its_socket();
    });
    if (giving[i] != nullptr) continue;
    auto opened = listen(wanted);
    if (!opened) {
      for (const Listening& one : listening) {
        if (one.family == AF_UNIX) ::unlink(one.where.c_str());
      }
      return opened.error().within("source " + wanted.name);
    }
    listening[i] = std::move(*opened);
  }

  config_ = std::make_shared<config::Config>(config);
  SourceList before = std::exchange(sources_, SourceList(count));
  std::map<std::string, const Source*> by_name;
  for (const auto& source : before) by_name.emplace(source->config.name, source.get());
  for (std::size_t i = 0; i < count; ++i) {
    if (giving[i] != nullptr) listening[i] = giving[i]->port->hand_over();
  }
  for (auto& source : before) {
    const auto place = std::find(kept.begin(), kept.end(), source.get());
    if (place != kept.end()) {
      sources_[static_cast<std::size_t>(place - kept.begin())] = std::move(source);
    } else {
      log_info("a source is removed", {{"source", source->config.name}});
      source->close();
      closed_.push_back(std::move(source));
    }
  }
  for (std::size_t i = 0; i < count; ++i) {
    const config::Source& wanted = config.sources[i];
    if (sources_[i]) {
      sources_[i]->config = wanted;
      sources_[i]->intake->change(intake::mapper_settings(config, wanted, hash_));
      set_recent_calls(config, wanted, *sources_[i]->intake);
      if (sources_[i]->named) sources_[i]->named->change({wanted.name, wanted.format});
      continue;
    }
    const auto known = by_name.find(wanted.name);
    sources_[i] = make(config, wanted, std::move(listening[i]),
                       known == by_name.end() ? nullptr : known->second);
    if (sources_[i]->named) sources_[i]->named->change({wanted.name, wanted.format});
    if (sources_[i]->port) sources_[i]->port->start();
    if (sources_[i]->tail) sources_[i]->tail->start();
  }
  return {};
}

void IntakeService::tick() {
  std::set<SourceIntake*> intakes;
  for (const SourceList* sources : {&sources_, &closed_}) {
    for (const auto& source : *sources) {
      intakes.insert(source->intake.get());
      if (!source->named) continue;
      for (const auto& [key, intake] : source->named->named()) intakes.insert(intake.get());
    }
  }
  for (SourceIntake* intake : intakes) intake->tick();
  tick_timer_.expires_after(kStatusTick);
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
std::invoke_result_t<Make> IntakeService::ask(Make make) {
  using Answer = std::invoke_result_t<Make>;
  if (loop_.stopped()) return {};
  auto task = std::make_shared<std::packaged_task<Answer()>>(std::move(make));
  std::future<Answer> answer = task->get_future();
  boost::asio::post(loop_, [task] { (*task)(); });
  return answer.wait_for(kAskTime) == std::future_status::ready ? answer.get() : Answer{};
}

IntakeService::Pace IntakeService::pace() {
  return ask([this] {
    Pace pace;
    for (const auto& source : sources_) {
      pace.calls_per_second += source->intake->calls_per_second();
      if (source->tail) pace.behind_bytes += source->tail->status().behind_bytes;
      if (!source->named) continue;
      for (const auto& [key, intake] : source->named->named()) {
        pace.calls_per_second += intake->calls_per_second();
      }
    }
    return pace;
  });
}

std::string IntakeService::ports_json() {
  return ask([this] {
    std::string out;
    JsonWriter json(out);
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

void IntakeService::write_source(JsonWriter& array, const Source& source) const {
  const auto open = [&](const std::string& name, const std::string& format,
                        const SourceIntake& intake) {
    array.open_object().key("name").text(name).key("format").text(format);
    write_place(array, source.config, source.port.get());
    write_counters(array, intake.counters());
    write_pace(array, intake, clock_.now());
  };
  open(source.config.name, source.config.format, *source.intake);
  if (source.port) source.port->write_status(array, source.earlier);
  if (source.tail) {
    write_tail(array, source.tail->status());
    array.key("shared_files").number(source.tail->shared_files());
  }
  array.close_object();
  if (!source.named) return;
  for (const auto& [key, intake] : source.named->named()) {
    open(key.name, key.format, *intake);
    array.key("of").text(source.config.name).close_object();
  }
}

void IntakeService::write_status(JsonWriter& json) {
  const std::string sources = ask([this] {
    std::string out;
    JsonWriter array(out);
    array.open_array();
    for (const auto& source : sources_) write_source(array, *source);
    array.close_array();
    return out;
  });
  write_intake(json, sources, committer_.status());
}

std::optional<std::string> IntakeService::source_rows(
    const std::function<bool(std::string_view name)>& passes) {
  return ask([this, passes] {
    std::string rows;
    const std::string paused = committer_.status().paused;
    const auto open = [&](JsonWriter& json, const std::string& name, const std::string& format,
                          const Source& source, const SourceIntake& intake) {
      json.open_object().key("source").text(name).key("file").null();
      json.key("state").text(paused.empty() ? "open" : "paused");
      json.key("format").text(format);
      write_place(json, source.config, source.port.get());
      write_pace(json, intake, clock_.now());
      write_last_reject(json, intake);
    };
    for (const auto& source : sources_) {
      const std::string& name = source->config.name;
      if (passes(name)) {
        std::string row;
        JsonWriter json(row);
        open(json, name, source->config.format, *source, *source->intake);
        if (source->tail) write_tail_details(json, *source->tail);
        json.close_object();
        rows.append(row).append("\n");
        if (source->tail) write_tail_rows(rows, name, *source->tail);
      }
      if (!source->named) continue;
      for (const auto& [key, intake] : source->named->named()) {
        if (!passes(key.name)) continue;
        std::string row;
        JsonWriter json(row);
        open(json, key.name, key.format, *source, *intake);
        json.key("of").text(name).close_object();
        rows.append(row).append("\n");
      }
    }
    return std::optional(std::move(rows));
  });
}

}  // namespace fortnight::daemon
