#include "intake/field_mapper.h"

#include <algorithm>

#include "base/json_text.h"
#include "intake/duration_text.h"
#include "storage/packing/limits.h"

namespace fortnight::intake {

using storage::TextField;

FieldMapper::FieldMapper(const MapperSettings& settings, const LineValues& values,
                         std::size_t failed_if)
    : settings_(settings),
      values_(values),
      failed_if_(settings.format.failed_if, failed_if),
      status_(settings.format),
      endpoints_(settings.format.endpoints) {}

std::string_view FieldMapper::account_of(const ParsedLine& line) {
  if (!settings_.account.empty()) return settings_.account;
  return value_of(line, Field::account, scratch_of(TextField::account)).field.text;
}

void FieldMapper::map(const ParsedLine& line, TimeParser& time, MappedCall& call) {
  const auto read = [&](Field field, TextField to) {
    call.field(to) = value_of(line, field, scratch_of(to)).field;
  };
  read(Field::account, TextField::account);
  read(Field::method, TextField::method);
  read(Field::endpoint, TextField::endpoint);
  read(Field::path, TextField::path);
  read(Field::revision, TextField::revision);
  read(Field::call_id, TextField::call_id);
  if (!settings_.account.empty()) call.field(TextField::account) = {settings_.account};
  if (call.field(TextField::endpoint).text.empty()) map_endpoint(call);
  const Candidates statuses = line.plan->candidates_of(Field::status);
  call.status = status_.first(values_, statuses, number_scratch_);
  if (!failed_if_.empty() && failed_if_.any_holds(line, values_) == Verdict::yes) {
    call.status = status_.failed(call.status);
  }
  call.duration_ns = find_duration(line, time, call.ts).value_or(storage::kNoDuration);
  map_ids(line, call);
}

std::optional<std::int64_t> FieldMapper::find_duration(const ParsedLine& line, TimeParser& time,
                                                       TimeNs ts) {
  const config::Format& format = settings_.format;
  const Candidates candidates = line.plan->candidates_of(Field::duration);
  const LineValue value = values_.first(candidates, number_scratch_);
  if (value.from != nullptr) return written_duration(candidates, value);
  if (format.duration_from.empty()) return std::nullopt;
  const auto time_of = [&](Field field) -> std::optional<TimeNs> {
    const LineValue written = value_of(line, field, number_scratch_);
    const auto parsed = written.from == nullptr ? std::nullopt : time.parse(written.field.text, ts);
    return parsed ? std::optional(parsed->ns) : std::nullopt;
  };
  const std::optional<TimeNs> from = time_of(Field::duration_from);
  const std::optional<TimeNs> to = time_of(Field::duration_to);
  if (!from || !to || *to < *from) return std::nullopt;
  return *to - *from;
}

// Of the elements of an array, as of a list in one text.
std::optional<std::int64_t> FieldMapper::written_duration(Candidates candidates, LineValue value) {
  const config::Format& format = settings_.format;
  const std::uint16_t rank = value.from->rank;
  const bool of_elements = format.duration[rank].find("/*") != std::string::npos;
  std::optional<std::int64_t> result;
  do {
    const auto duration =
        parse_duration(value.field.text, format.duration_unit, format.duration_list);
    if (!duration) return std::nullopt;
    result = result ? join_durations(*result, *duration, format.duration_list) : duration;
    if (!of_elements || !result) return result;
    candidates = candidates.subspan(static_cast<std::size_t>(value.from - candidates.data()) + 1);
    value = values_.first(candidates, number_scratch_);
  } while (value.from != nullptr && value.from->rank == rank);
  return result;
}

// The IDs that the shape's holes don't tell: those of other sources, and if one of the holes has a
// text that counts as absent, all that have none.
void FieldMapper::map_ids(const ParsedLine& line, MappedCall& call) {
  const ShapePlan& plan = *line.plan;
  const auto has_id = [&](const storage::Shape::IdHole& id) {
    return !values_.is_unset_id(line.scalar(id.hole));
  };
  const auto& holes = plan.shape.ids;
  call.ids = {};
  call.replaces_ids = !std::all_of(holes.begin(), holes.end(), has_id);
  if (plan.other_ids.empty() && !call.replaces_ids) return;
  ids_.clear();
  for (const storage::Shape::IdHole& id : holes) {
    const std::string_view raw = line.scalar(id.hole);
    if (!call.replaces_ids || !has_id(id) || !storage::is_id(id.is_string, raw)) continue;
    ids_.push_back({id.kind, std::string(decode_json_string(raw, number_scratch_))});
  }
  for (const ShapePlan::OtherId& id : plan.other_ids) {
    const LineValue value = values_.first({&id.value, 1}, number_scratch_);
    if (value.from != nullptr) ids_.push_back({id.kind, std::string(value.field.text)});
  }
  call.ids = ids_;
}

void FieldMapper::map_endpoint(MappedCall& call) {
  const FieldText& path = call.field(TextField::path);
  const std::string_view endpoint =
      endpoints_.endpoint_of(path.text, scratch_of(TextField::endpoint));
  const bool is_front = endpoint.data() == path.text.data();
  call.field(TextField::endpoint) = {endpoint, is_front ? path.hole : storage::kNoHole};
}

}  // namespace fortnight::intake
