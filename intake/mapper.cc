#include "intake/mapper.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <optional>
#include <utility>
#include <vector>

#include "base/ascii.h"
#include "base/json_text.h"
#include "intake/call_writer.h"
#include "intake/cut_line.h"
#include "intake/decimal.h"
#include "intake/endpoint.h"
#include "intake/line_marks.h"
#include "intake/line_mender.h"
#include "intake/parsed_line.h"
#include "intake/shape_cache.h"
#include "intake/shape_plan.h"
#include "intake/split_line.h"
#include "intake/string_redactor.h"
#include "intake/structurals.h"
#include "intake/text_secrets.h"
#include "intake/time_text.h"
#include "storage/packing/limits.h"

namespace fortnight::intake {
namespace {

using storage::TextField;

// Maximum bytes kept of a rejected line.
constexpr std::size_t kRejectBytes = 1024;

constexpr std::array<std::string_view, kReasons> kReasonNames = {
    "not-json", "not-object", "no-time", "bad-time", "too-long", "not-utf8", "too-old", "future"};

// Removes surrounding NULs and leading byte order marks, which don't belong to the log.
std::string_view trimmed(std::string_view line) {
  constexpr std::string_view kByteOrderMark = "\xef\xbb\xbf";
  while (line.ends_with('\0')) line.remove_suffix(1);
  for (;;) {
    if (line.starts_with('\0')) {
      line.remove_prefix(1);
    } else if (line.starts_with(kByteOrderMark)) {
      line.remove_prefix(kByteOrderMark.size());
    } else {
      return line;
    }
  }
}

bool is_blank(std::string_view line) {
  return line.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

bool is_utf8(std::string_view line) { return simdjson::validate_utf8(line.data(), line.size()); }

// The power of ten from the unit to nanoseconds.
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

// Accepts any whole number of three digits in any notation: 503, 503.0, 5.03e2, also as the start
// of a status line: 200 OK, HTTP/1.1 200 OK.
std::int32_t status_of(std::string_view text) {
  constexpr std::int64_t kLeast = 100;
  constexpr std::int64_t kMost = 999;
  if (text.size() == 3 && text[0] >= '1' && std::all_of(text.begin(), text.end(), is_digit)) {
    return (text[0] - '0') * 100 + (text[1] - '0') * 10 + (text[2] - '0');
  }
  text = number_text(text);
  if (text.starts_with("HTTP/")) {
    text = number_text(text.substr(std::min(text.find(' '), text.size())));
  }
  text = text.substr(0, text.find(' '));
  const std::optional<Scaled> number = scale_decimal(text, 0, Rounding::down);
  const bool is_status =
      number && number->exact && number->value >= kLeast && number->value <= kMost;
  return is_status ? static_cast<std::int32_t>(number->value) : storage::kNoStatus;
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
  mended += other.mended;
  truncated += other.truncated;
  for (std::size_t i = 0; i < kReasons; ++i) rejected[i] += other.rejected[i];
  return *this;
}

MapperSettings mapper_settings(const config::Config& config, const config::Source& source,
                               std::shared_ptr<const KeyedHash> hash) {
  // A call of the first kept day is up to one day older than the number of kept days.
  const TimeNs kept = (TimeNs{config.retention.days} + 1) * kNsPerDay;
  return {source.name,
          source.account,
          config.formats.at(source.format),
          config.redact,
          std::move(hash),
          config.limits.max_line_bytes,
          std::chrono::nanoseconds(config.limits.future).count(),
          std::max(kLeastMaxAge, kept)};
}

// The path of a line: take -> parse (and mend) -> is_call -> find_time -> redact -> map_fields ->
// the writer.
class Mapper::Impl {
 public:
  explicit Impl(MapperSettings settings)
      : settings_(std::move(settings)),
        planner_(settings_),
        cache_(planner_),
        time_(settings_.format.time),
        endpoints_(settings_.format.endpoints),
        secrets_(planner_.rules().names_in_texts),
        redactor_(planner_.rules()),
        writer_(settings_.source, planner_.kinds()) {}

  enum class Extent : std::uint8_t { whole, cut_off };
  void take(std::string_view line, Extent extent, std::uint64_t offset, TimeNs now,
            storage::Append& append);
  void take_copy(std::string_view line, std::uint64_t offset, TimeNs now, storage::Append& append);
  [[nodiscard]] const Counters& counters() const { return counters_; }

 private:
  struct Refusal {
    Reason reason;
    std::string detail;
  };

  std::optional<Refusal> map(std::string_view line, Extent extent, TimeNs now,
                             storage::Append& append);
  std::optional<Refusal> map_cut_off(std::string_view front, TimeNs now, storage::Append& append);
  std::optional<Refusal> map_whole(std::string_view line, TimeNs now, storage::Append& append);
  std::optional<Refusal> map_parsed(TimeNs now, storage::Append& append);
  std::optional<Refusal> parse_or_mend(std::string_view line);
  std::optional<Refusal> parse(std::string_view line);
  std::optional<Refusal> find_time(TimeNs now);
  [[nodiscard]] bool tells_conditions() const;
  [[nodiscard]] bool is_call();
  void map_fields();
  [[nodiscard]] FieldText text_of(Field field, std::string& scratch) const;
  [[nodiscard]] std::string_view number_of(Field field);
  void map_endpoint();
  void reject(const Refusal& refusal, std::string_view bytes, std::uint64_t offset, TimeNs now,
              storage::Append& append);
  [[nodiscard]] std::string rejected_bytes(std::string_view line);

  MapperSettings settings_;
  ShapePlanner planner_;
  ShapeCache cache_;
  Structurals structurals_;
  LineSplitter splitter_;
  TimeParser time_;
  EndpointRule endpoints_;
  TextSecrets secrets_;
  StringRedactor redactor_;
  CallWriter writer_;
  LineMarks marks_;
  LineMender mender_;
  Counters counters_;
  std::string copy_;
  std::string closed_;  // a closed first part of a line

  // State of the current line.
  bool mended_ = false;
  std::span<const std::uint32_t> line_marks_;
  std::vector<Span> spans_;
  ShapePlan plain_plan_;  // the plan of lines that are stored plain
  ParsedLine parsed_;
  MappedCall mapped_;
  std::array<std::string, storage::kTextFields> scratch_;
  std::string number_scratch_;
};

void Mapper::Impl::take(std::string_view line, Extent extent, std::uint64_t offset, TimeNs now,
                        storage::Append& append) {
  line = trimmed(line);
  // Behind blanks that are cut off there may be a call.
  if (extent == Extent::whole && is_blank(line)) return;
  ++counters_.lines;
  counters_.bytes += line.size();
  parsed_ = {};
  const std::optional<Refusal> refusal = map(line, extent, now, append);
  if (refusal) reject(*refusal, line, offset, now, append);
}

void Mapper::Impl::take_copy(std::string_view line, std::uint64_t offset, TimeNs now,
                             storage::Append& append) {
  copy_.assign(line);
  copy_.append(simdjson::SIMDJSON_PADDING, '\0');
  take(std::string_view(copy_).substr(0, line.size()), Extent::whole, offset, now, append);
}

std::optional<Mapper::Impl::Refusal> Mapper::Impl::map(std::string_view line, Extent extent,
                                                       TimeNs now, storage::Append& append) {
  if (extent == Extent::cut_off || line.size() > settings_.max_line_bytes) {
    return map_cut_off(line.substr(0, settings_.max_line_bytes), now, append);
  }
  return map_whole(line, now, append);
}

std::optional<Mapper::Impl::Refusal> Mapper::Impl::map_cut_off(std::string_view front, TimeNs now,
                                                               storage::Append& append) {
  Refusal too_long{Reason::too_long, fmt::format("longer than {} bytes", settings_.max_line_bytes)};
  std::optional<std::string> closed = close_cut_line(front, planner_.rules().names_in_texts);
  if (!closed) return too_long;
  closed_ = std::move(*closed);
  const std::size_t size = closed_.size();
  closed_.append(simdjson::SIMDJSON_PADDING, '\0');
  if (parse_or_mend(std::string_view(closed_).substr(0, size))) return too_long;
  parsed_.cut_off = true;
  // A missing condition may be in the part of the line that was cut off.
  if (!tells_conditions()) return too_long;
  const std::uint64_t calls = counters_.calls;
  std::optional<Refusal> refusal = map_parsed(now, append);
  if (refusal && refusal->reason == Reason::no_time) return too_long;
  counters_.truncated += counters_.calls - calls;
  return refusal;
}

std::optional<Mapper::Impl::Refusal> Mapper::Impl::map_whole(std::string_view line, TimeNs now,
                                                             storage::Append& append) {
  if (std::optional<Refusal> refusal = parse_or_mend(line)) return refusal;
  return map_parsed(now, append);
}

std::optional<Mapper::Impl::Refusal> Mapper::Impl::map_parsed(TimeNs now, storage::Append& append) {
  if (!is_call()) {
    ++counters_.skipped;
    ++append.skipped;
    return std::nullopt;
  }
  mapped_ = {};
  if (std::optional<Refusal> refusal = find_time(now)) return refusal;
  redactor_.redact(parsed_, line_marks_);
  map_fields();
  writer_.add(parsed_, mapped_, append.batch);
  ++counters_.calls;
  if (mended_) ++counters_.mended;
  return std::nullopt;
}

std::optional<Mapper::Impl::Refusal> Mapper::Impl::parse_or_mend(std::string_view line) {
  mended_ = false;
  std::optional<Refusal> refusal = parse(line);
  if (!refusal || refusal->reason == Reason::not_object) return refusal;
  const config::InvalidUtf8 invalid_utf8 = settings_.format.invalid_utf8;
  const LineMender::Mended mended = mender_.mend(line, invalid_utf8);
  if (mended.invalid_utf8 && invalid_utf8 == config::InvalidUtf8::reject) {
    return Refusal{Reason::not_utf8, "not UTF-8"};
  }
  if (!mended.changed) return refusal;
  if (parse(mended.line)) {
    parsed_ = {};
    return refusal;
  }
  mended_ = true;
  return std::nullopt;
}

std::optional<Mapper::Impl::Refusal> Mapper::Impl::parse(std::string_view line) {
  const std::span<const std::uint32_t> structurals = structurals_.find(line);
  if (structurals.empty()) {
    if (!is_utf8(line)) return Refusal{Reason::not_utf8, "not UTF-8"};
    return Refusal{Reason::not_json, "a string without its end, or with a control character in it"};
  }
  line_marks_ = marks_.find(line);
  parsed_ = {};
  parsed_.bytes = line;
  const Escapes escapes = check_escapes(line, line_marks_);
  parsed_.has_escapes = escapes != Escapes::none;
  if (escapes == Escapes::invalid) {
    return Refusal{Reason::not_json, "an escape that JSON doesn't know"};
  }
  parsed_.shape = cache_.recognise(line, structurals, spans_);
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

// Whether the line has all values that `only` tests.
bool Mapper::Impl::tells_conditions() const {
  const auto& conditions = parsed_.plan->conditions;
  return std::all_of(conditions.begin(), conditions.end(),
                     [](const std::optional<Hole>& hole) { return hole.has_value(); });
}

bool Mapper::Impl::is_call() {
  const auto& only = settings_.format.only;
  for (std::size_t i = 0; i < only.size(); ++i) {
    const std::optional<Hole>& hole = parsed_.plan->conditions[i];
    if (!hole || parsed_.is_null(*hole)) return false;
    const std::string_view value = decode_json_string(parsed_.scalar(hole->index), scratch_[0]);
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
                   fmt::format("more than {} days old", settings_.max_age / kNsPerDay)};
  }
  if (time->ns > now && time->ns - now > settings_.future) {
    return Refusal{Reason::future,
                   fmt::format("{} s ahead of the clock", (time->ns - now) / kNsPerSecond)};
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

  mapped_.status = status_of(number_of(Field::status));
  const auto duration = scale_decimal(number_text(number_of(Field::duration)),
                                      power_of(settings_.format.duration_unit), Rounding::nearest);
  if (duration && duration->value >= 0) mapped_.duration_ns = duration->value;
}

// A field that is a number, or a string that contains one. Valid until the next call.
std::string_view Mapper::Impl::number_of(Field field) {
  const Hole* hole = parsed_.find(field);
  if (hole == nullptr) return {};
  const std::string_view raw = parsed_.scalar(hole->index);
  return parsed_.has_escapes ? decode_json_string(raw, number_scratch_) : raw;
}

FieldText Mapper::Impl::text_of(Field field, std::string& scratch) const {
  const Hole* hole = parsed_.find(field);
  if (hole == nullptr) return {};
  const std::string_view raw = parsed_.scalar(hole->index);
  const std::string_view text = parsed_.has_escapes ? decode_json_string(raw, scratch) : raw;
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
  append.rejects.push_back({now, settings_.source, std::string(reason_name(refusal.reason)),
                            refusal.detail, offset, rejected_bytes(bytes)});
}

// The first bytes of a rejected line, without secrets: by its plan if it is JSON, otherwise by text
// search.
std::string Mapper::Impl::rejected_bytes(std::string_view line) {
  std::string kept;
  if (parsed_.plan == nullptr) {
    kept = secrets_.without_secrets(line.substr(0, kRejectBytes));
    const ValuePatterns& patterns = planner_.rules().patterns;
    if (!patterns.empty()) patterns.replace(kept);
  } else {
    redactor_.redact(parsed_, line_marks_);
    writer_.append_stored_line(parsed_, kept);
  }
  if (kept.size() > kRejectBytes) kept.resize(kRejectBytes);
  return kept;
}

Mapper::Mapper(MapperSettings settings) : impl_(std::make_unique<Impl>(std::move(settings))) {}
Mapper::~Mapper() = default;
Mapper::Mapper(Mapper&&) noexcept = default;
Mapper& Mapper::operator=(Mapper&&) noexcept = default;

void Mapper::map(std::string_view line, std::uint64_t offset, TimeNs now, storage::Append& append) {
  impl_->take(line, Impl::Extent::whole, offset, now, append);
}

void Mapper::map_copy(std::string_view line, std::uint64_t offset, TimeNs now,
                      storage::Append& append) {
  impl_->take_copy(line, offset, now, append);
}

void Mapper::map_cut_off(std::string_view first_bytes, std::uint64_t offset, TimeNs now,
                         storage::Append& append) {
  impl_->take(first_bytes, Impl::Extent::cut_off, offset, now, append);
}

const Counters& Mapper::counters() const { return impl_->counters(); }

}  // namespace fortnight::intake
