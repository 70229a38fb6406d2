#include "tests/support/native_lines.h"

#include <date/date.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "base/json_walk.h"
#include "tests/support/flat_line.h"

namespace fortnight::tests {

namespace {

using storage::Batch;
using storage::Call;
using storage::Shape;
using storage::Text;

constexpr const char* kFields[storage::kTextFields] = {
    "/account", "/method", "/endpoint", "/path", "/revision", "/call_id", "/source"};

Text put(Batch& batch, std::string_view value) {
  const Text piece{static_cast<std::uint32_t>(batch.text.size()),
                   static_cast<std::uint32_t>(value.size())};
  batch.text += value;
  return piece;
}

std::uint16_t kind_of(Batch& batch, const std::string& name) {
  const auto found = std::find(batch.kinds.begin(), batch.kinds.end(), name);
  if (found == batch.kinds.end()) {
    batch.kinds.push_back(name);
    return static_cast<std::uint16_t>(batch.kinds.size() - 1);
  }
  return static_cast<std::uint16_t>(found - batch.kinds.begin());
}

// "/ids/resource_id/1" has the kind resource_id. Empty if the scalar is not an ID.
std::string kind_name(const FlatScalar& scalar) {
  constexpr std::string_view prefix = "/ids/";
  if (scalar.shadowed || !scalar.pointer.starts_with(prefix)) return {};
  const std::string rest = scalar.pointer.substr(prefix.size());
  return rest.substr(0, rest.find('/'));
}

std::uint32_t add_shape(Batch& batch, Shape shape) {
  const auto found =
      std::find_if(batch.shapes.begin(), batch.shapes.end(),
                   [&](const storage::SharedShape& known) { return *known == shape; });
  const auto index = static_cast<std::uint32_t>(found - batch.shapes.begin());
  if (found == batch.shapes.end()) {
    batch.shapes.push_back(std::make_shared<const storage::Shape>(std::move(shape)));
  }
  return index;
}

void split_line(std::string_view line, const FlatLine& flat, Batch& batch, Call& call) {
  Shape shape;
  std::size_t from = 0;
  JsonWalk walk(line);
  for (auto token = walk.next(); token != JsonWalk::Token::end; token = walk.next()) {
    if (token != JsonWalk::Token::string && token != JsonWalk::Token::primitive) continue;
    const auto at = static_cast<std::size_t>(walk.raw().data() - line.data());
    shape.skeleton.append(line.substr(from, at - from)).push_back(storage::kHole);
    from = at + walk.raw().size();
    storage::append_value(batch.text, walk.raw());
    const FlatScalar& scalar = flat.scalars.at(shape.holes);
    if (const std::string kind = kind_name(scalar); !kind.empty()) {
      shape.ids.push_back({kind_of(batch, kind), shape.holes, scalar.is_string});
    }
    ++shape.holes;
  }
  shape.skeleton.append(line.substr(from));
  call.shape = add_shape(batch, std::move(shape));
}

void keep_plain(std::string_view line, const FlatLine& flat, Batch& batch, Call& call) {
  Shape shape;
  shape.skeleton = storage::kPlainSkeleton;
  shape.holes = 1;
  call.shape = add_shape(batch, std::move(shape));
  storage::append_value(batch.text, line);
  call.extra_ids = static_cast<std::uint32_t>(batch.extra_ids.size());
  for (const FlatScalar& scalar : flat.scalars) {
    const std::string kind = kind_name(scalar);
    if (kind.empty() || scalar.text.empty() || (!scalar.is_string && scalar.text == "null"))
      continue;
    batch.extra_ids.push_back({kind_of(batch, kind), put(batch, scalar.text)});
    ++call.extra_id_count;
  }
}

std::int64_t duration_of(const std::string& milliseconds) {
  if (milliseconds.empty()) return storage::kNoDuration;
  const std::size_t point = std::min(milliseconds.find('.'), milliseconds.size());
  std::string digits = milliseconds.substr(0, point);
  std::string fraction = point == milliseconds.size() ? "" : milliseconds.substr(point + 1);
  fraction.resize(6, '0');
  return std::stoll(digits + fraction);
}

}  // namespace

TimeNs utc(std::string_view rfc3339, std::uint8_t* digits) {
  std::istringstream in{std::string(rfc3339)};
  date::sys_time<std::chrono::nanoseconds> time;
  in >> date::parse("%FT%TZ", time);
  if (in.fail()) throw std::invalid_argument("no time: " + std::string(rfc3339));
  const std::size_t point = rfc3339.find('.');
  if (digits != nullptr) {
    *digits = static_cast<std::uint8_t>(
        point == std::string_view::npos ? 0 : rfc3339.find('Z') - point - 1);
  }
  return time.time_since_epoch().count();
}

void add_native_line(std::string_view line, Split split, Batch& batch) {
  const FlatLine flat = flatten(line);
  Call call;
  call.ts = utc(flat.at("/ts"), &call.ts_digits);
  call.values = static_cast<std::uint32_t>(batch.text.size());
  if (split == Split::shapes) {
    split_line(line, flat, batch, call);
  } else {
    keep_plain(line, flat, batch, call);
  }
  const std::string status = flat.at("/status");
  if (!status.empty()) call.status = std::stoi(status);
  call.duration_ns = duration_of(flat.at("/duration_ms"));
  for (std::size_t i = 0; i < storage::kTextFields; ++i) {
    call.text[i] = put(batch, flat.at(kFields[i]));
  }
  batch.calls.push_back(call);
}

storage::Append native_append(const std::vector<std::string>& lines, Split split) {
  storage::Append append;
  for (const std::string& line : lines) add_native_line(line, split, append.batch);
  return append;
}

}  // namespace fortnight::tests
