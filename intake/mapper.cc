#include "intake/mapper.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "intake/call_writer.h"
#include "intake/cut_line.h"
#include "intake/field_mapper.h"
#include "intake/line_front.h"
#include "intake/line_marks.h"
#include "intake/line_mender.h"
#include "intake/line_rules.h"
#include "intake/line_values.h"
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

}  // namespace

// The path of a line: take -> parse (and mend) -> is_call -> find_time -> redact -> the fields ->
// the writer.
class Mapper::Impl {
 public:
  explicit Impl(MapperSettings settings)
      : settings_(std::move(settings)),
        planner_(settings_),
        cache_(planner_),
        front_(settings_.format, settings_.max_line_bytes),
        values_(settings_.format, settings_.source, planner_.constants()),
        only_(settings_.format.only, 0),
        except_(settings_.format.except, only_.conditions()),
        time_(settings_.format.time, settings_.format.time_pattern, settings_.format.zone),
        fields_(settings_, values_, only_.conditions() + except_.conditions()),
        secrets_(planner_.rules().names_in_texts),
        redactor_(planner_.rules()),
        writer_(settings_.source, planner_.kinds()) {}

  enum class Extent : std::uint8_t { whole, cut_off };
  void take(std::string_view line, Extent extent, std::uint64_t offset, TimeNs now,
            storage::Append& append);
  void take_copy(std::string_view line, std::uint64_t offset, TimeNs now, storage::Append& append);
  void set_origin(std::string_view path);
  void end_delivery(TimeNs now, storage::Append& append);
  [[nodiscard]] LineFront& front() { return front_; }
  [[nodiscard]] const Counters& counters() const { return counters_; }
  const std::vector<std::string>* accounts = nullptr;  // whose calls are taken; null: all
  RecentCalls* recent = nullptr;                       // whose calls are dropped; null: none

 private:
  struct Refusal {
    Reason reason;
    std::string detail;
  };

  // Where a line came from, for a reject.
  struct Origin {
    std::string_view line;
    std::uint64_t offset;
    TimeNs now;
  };
  void take_wrapped(Extent extent, const Origin& origin, storage::Append& append);
  void take_bare(const BareLine& bare, const Origin& origin, storage::Append& append);
  void set_wrapping(const BareLine& bare);
  void take_text(std::string_view text, Extent extent, const Origin& origin,
                 storage::Append& append);
  std::optional<Refusal> map(std::string_view line, Extent extent, TimeNs now,
                             storage::Append& append);
  std::optional<Refusal> map_cut_off(std::string_view front, TimeNs now, storage::Append& append);
  std::optional<Refusal> map_whole(std::string_view line, TimeNs now, storage::Append& append);
  std::optional<Refusal> map_parsed(TimeNs now, storage::Append& append);
  std::optional<Refusal> parse_or_mend(std::string_view line);
  std::optional<Refusal> parse(std::string_view line);
  std::optional<Refusal> find_time(TimeNs now);
  [[nodiscard]] Verdict is_call();
  [[nodiscard]] bool is_duplicate();
  void count_missing();
  void skip(storage::Append& append) {
    ++counters_.skipped;
    ++append.skipped;
  }
  void reject(const Refusal& refusal, const Origin& origin, storage::Append& append);
  void reject_unfinished(const std::vector<LineFront::Unfinished>& lines, const char* why,
                         TimeNs now, storage::Append& append);
  [[nodiscard]] std::string rejected_bytes(std::string_view line);

  MapperSettings settings_;
  ShapePlanner planner_;
  ShapeCache cache_;
  LineFront front_;
  std::string file_;
  Structurals structurals_;
  LineSplitter splitter_;
  LineValues values_;
  LineRules only_;
  LineRules except_;
  TimeParser time_;
  FieldMapper fields_;
  TextSecrets secrets_;
  StringRedactor redactor_;
  CallWriter writer_;
  LineMarks marks_;
  LineMender mender_;
  Counters counters_;
  std::string whole_, copy_;  // copies of a line, and of a text that it contains
  std::string closed_;        // a closed first part of a line

  // State of the current line.
  bool mended_ = false;
  std::span<const std::uint32_t> line_marks_;
  std::vector<Span> spans_;
  ShapePlan plain_plan_;  // the plan of lines that are stored plain
  ParsedLine parsed_;
  MappedCall mapped_;
  std::string time_scratch_;
};

void Mapper::Impl::take(std::string_view line, Extent extent, std::uint64_t offset, TimeNs now,
                        storage::Append& append) {
  line = trimmed_line(line);
  // Behind blanks that are cut off there may be a call.
  if (extent == Extent::whole && is_blank_line(line)) return;
  counters_.bytes += line.size();
  const Origin origin{line, offset, now};
  if (front_.concerns(line)) return take_wrapped(extent, origin, append);
  take_text(line, extent, origin, append);
}

void Mapper::Impl::take_wrapped(Extent extent, const Origin& origin, storage::Append& append) {
  const BareLine bare = front_.unwrap(origin.line, extent == Extent::cut_off, origin.offset);
  reject_unfinished(front_.take_given_up(), "more unfinished lines came than are kept", origin.now,
                    append);
  if (bare.held) return;
  set_wrapping(bare);
  take_bare(bare, origin, append);
  set_wrapping({});
}

void Mapper::Impl::set_wrapping(const BareLine& bare) {
  values_.set_part(LineValues::kTime, bare.time);
  values_.set_part(LineValues::kHost, bare.host);
  values_.set_part(LineValues::kProgram, bare.program);
  values_.set_part(LineValues::kProcess, bare.process);
  values_.set_part(LineValues::kStream, bare.stream);
}

void Mapper::Impl::take_bare(const BareLine& bare, const Origin& origin, storage::Append& append) {
  const auto take_padded = [&](std::string_view text, Extent of) {
    if (of == Extent::whole && is_blank_line(text)) return;
    copy_.assign(text);
    copy_.append(simdjson::SIMDJSON_PADDING, '\0');
    take_text(std::string_view(copy_).substr(0, text.size()), of, origin, append);
  };
  if (!front_.converts()) {
    return take_padded(bare.text, bare.cut_off ? Extent::cut_off : Extent::whole);
  }
  const LineFront::Calls calls = front_.convert(bare);
  for (const std::string& text : calls.texts) take_padded(text, Extent::whole);
  if (calls.complete && !calls.texts.empty()) return;
  ++counters_.lines;
  if (calls.complete) return skip(append);  // an array without elements
  parsed_ = {};
  reject({Reason::too_long, "the calls of the line are too long together; the rest is left out"},
         origin, append);
}

void Mapper::Impl::take_text(std::string_view text, Extent extent, const Origin& origin,
                             storage::Append& append) {
  ++counters_.lines;
  parsed_ = {};
  const std::optional<Refusal> refusal = map(text, extent, origin.now, append);
  if (refusal) reject(*refusal, origin, append);
}

void Mapper::Impl::set_origin(std::string_view path) {
  if (file_ == path) return;
  file_ = path;
  front_.set_origin(path);
  values_.set_part(LineValues::kFile, file_);
}

void Mapper::Impl::end_delivery(TimeNs now, storage::Append& append) {
  reject_unfinished(front_.take_unfinished(), "the line's last piece is missing", now, append);
}

void Mapper::Impl::reject_unfinished(const std::vector<LineFront::Unfinished>& lines,
                                     const char* why, TimeNs now, storage::Append& append) {
  for (const LineFront::Unfinished& line : lines) {
    ++counters_.lines;
    parsed_ = {};
    reject({Reason::not_json, why}, {line.text, line.offset, now}, append);
  }
}

void Mapper::Impl::take_copy(std::string_view line, std::uint64_t offset, TimeNs now,
                             storage::Append& append) {
  whole_.assign(line);
  whole_.append(simdjson::SIMDJSON_PADDING, '\0');
  take(std::string_view(whole_).substr(0, line.size()), Extent::whole, offset, now, append);
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
  const std::uint64_t calls = counters_.calls;
  std::optional<Refusal> refusal = map_parsed(now, append);
  // What is missing may be in the part that was cut off.
  const auto is = [&](Reason reason) { return refusal && refusal->reason == reason; };
  if (is(Reason::no_time) || is(Reason::too_long)) return too_long;
  counters_.truncated += counters_.calls - calls;
  return refusal;
}

std::optional<Mapper::Impl::Refusal> Mapper::Impl::map_whole(std::string_view line, TimeNs now,
                                                             storage::Append& append) {
  if (std::optional<Refusal> refusal = parse_or_mend(line)) return refusal;
  return map_parsed(now, append);
}

std::optional<Mapper::Impl::Refusal> Mapper::Impl::map_parsed(TimeNs now, storage::Append& append) {
  values_.read(parsed_);
  const Verdict verdict = is_call();
  if (verdict == Verdict::unknown) return Refusal{Reason::too_long, {}};
  if (verdict == Verdict::no) {
    skip(append);
    return std::nullopt;
  }
  if (std::optional<Refusal> refusal = find_time(now)) return refusal;
  if (accounts != nullptr && !may_bring(*accounts, fields_.account_of(parsed_))) {
    return Refusal{Reason::not_allowed, "the sender may not bring calls of this account"};
  }
  const char* const bytes = parsed_.bytes.data();
  redactor_.redact(parsed_, line_marks_);
  if (parsed_.bytes.data() != bytes) values_.read(parsed_);
  fields_.map(parsed_, time_, mapped_);
  if (recent != nullptr && is_duplicate()) {
    ++counters_.duplicates;
    return std::nullopt;
  }
  writer_.add(parsed_, mapped_, append.batch);
  ++counters_.calls;
  count_missing();
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
    if (!simdjson::validate_utf8(line.data(), line.size()))
      return Refusal{Reason::not_utf8, "not UTF-8"};
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

// Unknown: what `only` tests may be in the part of the line that was cut off.
Verdict Mapper::Impl::is_call() {
  const Verdict wanted = only_.empty() ? Verdict::yes : only_.any_holds(parsed_, values_);
  if (wanted != Verdict::yes || except_.empty()) return wanted;
  return except_.any_holds(parsed_, values_) == Verdict::yes ? Verdict::no : Verdict::yes;
}

std::optional<Mapper::Impl::Refusal> Mapper::Impl::find_time(TimeNs now) {
  const LineValue value = values_.first(parsed_.plan->candidates_of(Field::ts), time_scratch_);
  const config::Values& at = settings_.format.ts;
  if (value.from == nullptr) {
    return Refusal{Reason::no_time, fmt::format("no value at {}", fmt::join(at, ", "))};
  }
  if (value.from->what == Candidate::What::part && value.from->hole.index == LineValues::kArrival) {
    constexpr TimeNs kMicrosecond = 1000;
    mapped_.ts = now - now % kMicrosecond;
    mapped_.ts_digits = 6;
    mapped_.ts_text = storage::TimeText::other;
    return std::nullopt;
  }
  const std::optional<ParsedTime> time = time_.parse(value.field.text, now);
  if (!time) {
    const Reason reason = time_.lacks_zone() ? Reason::no_zone : Reason::bad_time;
    const char* const why = time_.lacks_zone()
                                ? "a time without an offset, and the format has no `zone`, at "
                                : "a time that the format can't read, at ";
    return Refusal{reason,
                   why + at[value.from->rank] + ": " +
                       refused_value(value.field.text, secrets_, planner_.rules().patterns)};
  }
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

// Remembers the call if it is none.
bool Mapper::Impl::is_duplicate() {
  const std::string_view call_id = mapped_.field(TextField::call_id).text;
  return !call_id.empty() &&
         !recent->add(settings_.source, mapped_.field(TextField::account).text, call_id);
}

void Mapper::Impl::count_missing() {
  if (mapped_.field(TextField::method).text.empty()) ++counters_.without_method;
  if (mapped_.field(TextField::endpoint).text.empty()) ++counters_.without_path;
  if (mapped_.status == storage::kNoStatus) ++counters_.without_status;
}

void Mapper::Impl::reject(const Refusal& refusal, const Origin& origin, storage::Append& append) {
  ++counters_.rejected[static_cast<std::size_t>(refusal.reason)];
  append.rejects.push_back({origin.now, settings_.source, std::string(reason_name(refusal.reason)),
                            refusal.detail, origin.offset, rejected_bytes(origin.line)});
}

// The first bytes of a rejected line, without secrets: by its plan if it is JSON, otherwise by text
// search.
std::string Mapper::Impl::rejected_bytes(std::string_view line) {
  std::string kept;
  if (parsed_.plan == nullptr) {
    kept = without_secrets(line.substr(0, storage::kMostRejectedBytes), secrets_,
                           planner_.rules().patterns);
  } else {
    redactor_.redact(parsed_, line_marks_);
    writer_.append_stored_line(parsed_, kept);
  }
  if (kept.size() > storage::kMostRejectedBytes) kept.resize(storage::kMostRejectedBytes);
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

void Mapper::set_origin(std::string_view path) { impl_->set_origin(path); }
void Mapper::set_delivery(std::uint64_t number) { impl_->front().set_delivery(number); }
void Mapper::end_delivery(TimeNs now, storage::Append& append) { impl_->end_delivery(now, append); }
void Mapper::continue_lines_of(Mapper& earlier) {
  impl_->front().continue_lines_of(earlier.impl_->front());
}
std::string Mapper::held(std::string_view path) const { return impl_->front().held(path); }
void Mapper::restore_held(std::string_view path, std::string_view held) {
  impl_->front().restore(path, held);
}
void Mapper::restrict_accounts(const std::vector<std::string>* accounts) {
  impl_->accounts = accounts;
}
void Mapper::drop_duplicates(RecentCalls* recent) { impl_->recent = recent; }

const Counters& Mapper::counters() const { return impl_->counters(); }

}  // namespace fortnight::intake
