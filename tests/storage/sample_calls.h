// Small calls for tests, each with its own line, in the form that intake produces.
#pragma once

#include <string>
#include <string_view>

#include "storage/call/batch.h"

namespace fortnight::storage::samples {

struct Sample {
  TimeNs ts = 0;
  std::string account = "OCQ4JJ";
  std::string endpoint = "/api/profiles/{id}";
  std::int32_t status = 200;
  std::string call_id;
  std::string note = "a note";  // a value that isn't used for any field
};

inline Shape sample_shape() {
  Shape shape;
  const std::string hole(1, kHole);
  shape.skeleton = "{\"ts\":" + hole + ",\"account\":\"" + hole + "\",\"endpoint\":\"" + hole +
                   "\",\"status\":" + hole + ",\"call_id\":\"" + hole + "\",\"error_id\":\"" +
                   hole + "\",\"note\":\"" + hole + "\"}";
  shape.holes = 7;
  shape.text_holes[static_cast<std::size_t>(TextField::account)] = 1;
  shape.text_holes[static_cast<std::size_t>(TextField::endpoint)] = 2;
  shape.text_holes[static_cast<std::size_t>(TextField::call_id)] = 4;
  shape.ts_hole = 0;
  shape.ts_text = TimeText::unix_ns;
  shape.status_hole = 3;
  shape.ids = {{0, 5, true}};
  return shape;
}

inline std::string sample_line(const Sample& sample) {
  return "{\"ts\":" + std::to_string(sample.ts) + ",\"account\":\"" + sample.account +
         "\",\"endpoint\":\"" + sample.endpoint + "\",\"status\":" + std::to_string(sample.status) +
         ",\"call_id\":\"" + sample.call_id + "\",\"error_id\":\"E" + sample.call_id +
         "\",\"note\":\"" + sample.note + "\"}";
}

inline void add_sample(Batch& batch, const Sample& sample) {
  if (batch.shapes.empty()) {
    batch.kinds = {"error_id"};
    batch.shapes.push_back(std::make_shared<const Shape>(sample_shape()));
  }
  Call call;
  call.ts = sample.ts;
  call.ts_digits = 9;
  call.status = sample.status;
  call.values = static_cast<std::uint32_t>(batch.text.size());
  const auto field = [&](TextField name, std::string_view value) {
    call.text[static_cast<std::size_t>(name)] = append_value(batch.text, value);
  };
  append_value(batch.text, std::to_string(sample.ts));
  field(TextField::account, sample.account);
  field(TextField::endpoint, sample.endpoint);
  append_value(batch.text, std::to_string(sample.status));
  field(TextField::call_id, sample.call_id);
  append_value(batch.text, "E" + sample.call_id);
  append_value(batch.text, sample.note);
  batch.calls.push_back(call);
}

// A call whose line is stored plain, with an ID that has no hole.
inline void add_plain_sample(Batch& batch, TimeNs ts, const std::string& line,
                             const std::string& id) {
  if (batch.kinds.empty()) batch.kinds = {"error_id"};
  Shape plain;
  plain.skeleton = std::string(kPlainSkeleton);
  plain.holes = 1;
  Call call;
  call.ts = ts;
  call.shape = static_cast<std::uint32_t>(batch.shapes.size());
  batch.shapes.push_back(std::make_shared<const Shape>(plain));
  call.values = static_cast<std::uint32_t>(batch.text.size());
  append_value(batch.text, line);
  call.extra_ids = static_cast<std::uint32_t>(batch.extra_ids.size());
  call.extra_id_count = 1;
  batch.extra_ids.push_back({0, append_value(batch.text, id)});
  batch.calls.push_back(call);
}

inline std::string line_of(const Batch& batch, const Call& call) {
  std::string line;
  append_line(batch, call, line);
  return line;
}

}  // namespace fortnight::storage::samples
