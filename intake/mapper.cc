#include "intake/mapper.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "intake/call_writer.h"
#include "intake/decimal.h"
#include "intake/endpoint.h"
#include "intake/json_text.h"
#include "intake/parsed_line.h"
#include "intake/shape_cache.h"
#include "intake/shape_plan.h"
#include "intake/split_line.h"
#include "intake/structurals.h"
#include "intake/time_text.h"
#include "storage/base/limits.h"

namespace fortnight::intake {
namespace {

using storage::TextField;
using storage::TimeNs;

// Of a rejected line's bytes.
constexpr std::size_t kRejectBytes = 1024;

constexpr std::array<std::string_view, kReasons> kReasonNames = {
    "not-json", "not-object", "no-time", "bad-time", "too-long", "not-utf8", "too-old", "future"};

constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

bool is_utf8(std::string_view line) { return simdjson::validate_utf8(line.data(), line.size()); }

// Powers of ten from the unit to nanoseconds.
int power_of(config::DurationUnit unit) {
  switch (unit) {
    case config::DurationUnit::s:
      return 9;
    case config::DurationUnit::ms:
      return 6;
    case config::DurationUnit::us:
      return 3;
    case config::DurationUnit::ns:
      return 0;
  }
  return 0;
}

std::int32_t status_of(std::string_view text) {
  if (text.size() != 3 || text[0] < '1' || text[0] > '9') return storage::kNoStatus;
  std::int32_t status = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return storage::kNoStatus;
    status = status * 10 + (c - '0');
  }
  return status;
}

}  // namespace

std::string_view reason_name(Reason reason) {
  return kReasonNames[static_cast<std::size_t>(reason)];
}

std::uint64_t Counters::rejected_total() const {
  return std::accumulate(rejected.begin(), rejected.end(), std::uint64_t{0});
}

Counters& Counters::operator+=(const Counters& other) {
  lines += other.lines;
  bytes += other.bytes;
  calls += other.calls;
  skipped += other.skipped;
  for (std::size_t i = 0; i < kReasons; ++i) rejected[i] += other.rejected[i];
  return *this;
}

MapperSettings mapper_settings(const config::Config& config, const config::Source& source) {
  // A call of the first kept day is up to a day older than the days that are kept.
  const TimeNs kept = (TimeNs{config.retention.days} + 1) * storage::kNsPerDay;
  return {source.name,
          source.account,
          config.formats.at(source.format),
          config.redact,
          config.limits.max_line_bytes,
          std::chrono::nanoseconds(config.limits.future).count(),
          std::max(kLeastMaxAge, kept)};
}

// One line goes through: take -> parse -> is_call -> find_time -> map_fields -> the writer.
class Mapper::Impl {
 public:
  explicit Impl(MapperSettings settings)
      : settings_(std::move(settings)),
        planner_(settings_),
        cache_(planner_),
        time_(settings_.format.time),
        endpoints_(settings_.format.endpoints),
        writer_(settings_.source, planner_.kinds()) {}

  void take(std::string_view line, std::uint64_t offset, TimeNs now, storage::Append& append);
  void take_copy(std::string_view line, std::uint64_t offset, TimeNs now, storage::Append& append);
  void take_too_long(std::string_view first_bytes, std::uint64_t offset, TimeNs now,
                     storage::Append& append);
  [[nodiscard]] const Counters& counters() const { return counters_; }

 private:
  struct Refusal {
    Reason reason;
    std::string detail;
  };

  std::optional<Refusal> map(std::string_view line, TimeNs now, storage::Append& append);
  std::optional<Refusal> parse(std::string_view line);
  std::optional<Refusal> find_time(TimeNs now);
  [[nodiscard]] bool is_call();
  void map_fields();
  [[nodiscard]] FieldText text_of(Field field, std::string& scratch) const;
  void map_endpoint();
  void reject(const Refusal& refusal, std::string_view bytes, std::uint64_t offset, TimeNs now,
              storage::Append& append);

  MapperSettings settings_;
  ShapePlanner planner_;
  ShapeCache cache_;
  Structurals structurals_;
  LineSplitter splitter_;
  TimeParser time_;
  EndpointRule endpoints_;
  CallWriter writer_;
  Counters counters_;
  std::string copy_;

  // The line in hand.
  std::vector<Span> spans_;
  ShapePlan plain_plan_;  // where the line is kept plain
  ParsedLine parsed_;
  MappedCall mapped_;
  std::array<std::string, storage::kTextFields> scratch_;
};

void Mapper::Impl::take(std::string_view line, std::uint64_t offset, TimeNs now,
                        storage::Append& append) {
  if (is_blank(line)) return;
  ++counters_.lines;
  counters_.bytes += line.size();
  const std::optional<Refusal> refusal = map(line, now, append);
  if (refusal) reject(*refusal, line, offset, now, append);
}

void Mapper::Impl::take_copy(std::string_view line, std::uint64_t offset, TimeNs now,
                             storage::Append& append) {
  copy_.assign(line);
  copy_.append(simdjson::SIMDJSON_PADDING, '\0');
  take(std::string_view(copy_).substr(0, line.size()), offset, now, append);
}

void Mapper::Impl::take_too_long(std::string_view first_bytes, std::uint64_t offset, TimeNs now,
                                 storage::Append& append) {
  ++counters_.lines;
  counters_.bytes += first_bytes.size();
  const std::string detail = fmt::format("longer than {} bytes", settings_.max_line_bytes);
  reject({Reason::too_long, detail}, first_bytes, offset, now, append);
}

std::optional<Mapper::Impl::Refusal> Mapper::Impl::map(std::string_view line, TimeNs now,
                                                       storage::Append& append) {
  if (line.size() > settings_.max_line_bytes) {
    return Refusal{Reason::too_long, fmt::format("longer than {} bytes", settings_.max_line_bytes)};
  }
  if (line.starts_with(kByteOrderMark)) line.remove_prefix(kByteOrderMark.size());
  if (std::optional<Refusal> refusal = parse(line)) return refusal;
  if (!is_call()) {
    ++counters_.skipped;
    ++append.skipped;
    return std::nullopt;
  }
  mapped_ = {};
  if (std::optional<Refusal> refusal = find_time(now)) return refusal;
  map_fields();
  writer_.add(parsed_, mapped_, append.batch);
  ++counters_.calls;
  return std::nullopt;
}

std::optional<Mapper::Impl::Refusal> Mapper::Impl::parse(std::string_view line) {
  const std::span<const std::uint32_t> structurals = structurals_.find(line);
  if (structurals.empty()) {
    if (!is_utf8(line)) return Refusal{Reason::not_utf8, "not UTF-8"};
    return Refusal{Reason::not_json, "a string without its end, or with a control character in it"};
  }
  parsed_ = {line, {}, nullptr, nullptr};
  if (escapes_are_valid(line)) parsed_.shape = cache_.recognise(line, structurals, spans_);
  if (parsed_.shape != nullptr) {
    parsed_.plan = &parsed_.shape->plan();
    parsed_.spans = spans_;
    return std::nullopt;
  }
  if (!splitter_.split(line, structurals)) return Refusal{Reason::not_json, "not JSON"};
  if (line[structurals.front()] != '{') return Refusal{Reason::not_object, "JSON, but no object"};
  const std::string& skeleton = splitter_.skeleton();
  parsed_.spans = splitter_.spans();
  if (parsed_.spans.size() > storage::kMaxShapeHoles ||
      skeleton.size() > storage::kMaxSkeletonBytes) {
    plain_plan_ = planner_.plan(skeleton);
    parsed_.plan = &plain_plan_;
  } else {
    parsed_.shape = cache_.find_or_insert(skeleton);
    parsed_.plan = &parsed_.shape->plan();
  }
  return std::nullopt;
}

bool Mapper::Impl::is_call() {
  const auto& only = settings_.format.only;
  for (std::size_t i = 0; i < only.size(); ++i) {
    const std::optional<Hole>& hole = parsed_.plan->conditions[i];
    if (!hole || parsed_.is_null(*hole)) return false;
    const std::string_view value =
        storage::decode_json_string(parsed_.scalar(hole->index), scratch_[0]);
    const std::vector<std::string>& wanted = only[i].second;
    if (std::find(wanted.begin(), wanted.end(), value) == wanted.end()) return false;
  }
  return true;
}

std::optional<Mapper::Impl::Refusal> Mapper::Impl::find_time(TimeNs now) {
  const FieldText text = text_of(Field::ts, scratch_[0]);
  if (text.text.empty()) return Refusal{Reason::no_time, "no time where the format has it"};
  const std::optional<ParsedTime> time = time_.parse(text.text);
  if (!time) return Refusal{Reason::bad_time, "a time that the format can't read"};
  if (time->ns < now - settings_.max_age) {
    return Refusal{Reason::too_old,
                   fmt::format("more than {} days old", settings_.max_age / storage::kNsPerDay)};
  }
  if (time->ns > now && time->ns - now > settings_.future) {
    return Refusal{Reason::future, fmt::format("{} s ahead of the clock",
                                               (time->ns - now) / storage::kNsPerSecond)};
  }
  mapped_.ts = time->ns;
  mapped_.ts_digits = time->digits;
  mapped_.ts_text = time->text;
  return std::nullopt;
}

void Mapper::Impl::map_fields() {
  const auto read = [&](Field field, TextField to) {
    mapped_.field(to) = text_of(field, scratch_[static_cast<std::size_t>(to)]);
  };
  read(Field::account, TextField::account);
  read(Field::method, TextField::method);
  read(Field::endpoint, TextField::endpoint);
  read(Field::path, TextField::path);
  read(Field::revision, TextField::revision);
  read(Field::call_id, TextField::call_id);
  if (!settings_.account.empty()) mapped_.field(TextField::account) = {settings_.account};
  if (mapped_.field(TextField::endpoint).text.empty()) map_endpoint();

  if (const Hole* hole = parsed_.find(Field::status)) {
    mapped_.status = status_of(parsed_.scalar(hole->index));
  }
  if (const Hole* hole = parsed_.find(Field::duration)) {
    const auto duration = scale_decimal(
        parsed_.scalar(hole->index), power_of(settings_.format.duration_unit), Rounding::nearest);
    if (duration && duration->value >= 0) mapped_.duration_ns = duration->value;
  }
}

FieldText Mapper::Impl::text_of(Field field, std::string& scratch) const {
  const Hole* hole = parsed_.find(field);
  if (hole == nullptr) return {};
  const std::string_view raw = parsed_.scalar(hole->index);
  const std::string_view text = storage::decode_json_string(raw, scratch);
  return {text,
          text.data() == raw.data() ? static_cast<std::int32_t>(hole->index) : storage::kNoHole};
}

void Mapper::Impl::map_endpoint() {
  const FieldText& path = mapped_.field(TextField::path);
  std::string& scratch = scratch_[static_cast<std::size_t>(TextField::endpoint)];
  const std::string_view endpoint = endpoints_.endpoint_of(path.text, scratch);
  const bool is_front = endpoint.data() == path.text.data();
  mapped_.field(TextField::endpoint) = {endpoint, is_front ? path.hole : storage::kNoHole};
}

void Mapper::Impl::reject(const Refusal& refusal, std::string_view bytes, std::uint64_t offset,
                          TimeNs now, storage::Append& append) {
  ++counters_.rejected[static_cast<std::size_t>(refusal.reason)];
  const std::string_view kept = planner_.names().safe_prefix(bytes.substr(0, kRejectBytes));
  append.rejects.push_back({now, settings_.source, std::string(reason_name(refusal.reason)),
                            refusal.detail, offset, std::string(kept)});
}

Mapper::Mapper(MapperSettings settings) : impl_(std::make_unique<Impl>(std::move(settings))) {}
Mapper::~Mapper() = default;
Mapper::Mapper(Mapper&&) noexcept = default;
Mapper& Mapper::operator=(Mapper&&) noexcept = default;

void Mapper::map(std::string_view line, std::uint64_t offset, TimeNs now, storage::Append& append) {
  impl_->take(line, offset, now, append);
}

void Mapper::map_copy(std::string_view line, std::uint64_t offset, TimeNs now,
                      storage::Append& append) {
  impl_->take_copy(line, offset, now, append);
}

void Mapper::reject_too_long(std::string_view first_bytes, std::uint64_t offset, TimeNs now,
                             storage::Append& append) {
  impl_->take_too_long(first_bytes, offset, now, append);
}

const Counters& Mapper::counters() const { return impl_->counters(); }

}  // namespace fortnight::intake
