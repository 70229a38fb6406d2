// Random calls of a few shapes for tests of parts: values for every encoding, and hostile ones.
#pragma once

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "base/civil_time.h"
#include "base/number_text.h"
#include "storage/call/batch.h"

namespace fortnight::storage::samples {

class RandomCalls {
 public:
  explicit RandomCalls(std::uint64_t seed) : random_(seed) {}

  // `count` calls of `day`, ascending by (ts, seq).
  Batch make(std::size_t count, Day day, std::uint64_t first_seq = 1) {
    Batch batch;
    batch.kinds = {"error_id", "resource_id"};
    TimeNs ts = day_start(day);
    const TimeNs step = kNsPerDay / static_cast<TimeNs>(count + 1);
    for (std::size_t i = 0; i < count; ++i) {
      ts += static_cast<TimeNs>(below(static_cast<std::uint64_t>(step) + 1));
      add(batch, ts, first_seq + i);
    }
    return batch;
  }

  std::uint64_t below(std::uint64_t n) { return random_() % n; }
  std::string text(std::size_t length, std::string_view alphabet) {
    std::string out;
    for (std::size_t i = 0; i < length; ++i) out.push_back(alphabet[below(alphabet.size())]);
    return out;
  }

 private:
  static constexpr std::string_view kHex = "0123456789abcdef";
  static constexpr std::string_view kBase62 =
      "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

  std::string uuid() {
    return text(8, kHex) + "-" + text(4, kHex) + "-4" + text(3, kHex) + "-" + text(4, kHex) + "-" +
           text(12, kHex);
  }

  void add(Batch& batch, TimeNs ts, std::uint64_t seq) {
    Call call;
    call.ts = ts;
    call.seq = seq;
    call.ts_digits = 9;
    call.status = static_cast<std::int32_t>(below(10) == 0 ? 0 : 200 + below(4) * 101);
    call.duration_ns =
        below(20) == 0 ? kNoDuration : static_cast<std::int64_t>(below(5'000'000'000));
    if (below(50) == 0) {
      add_plain(batch, call);
      return;
    }
    const std::size_t resources = below(4);
    call.shape = shape_of(batch, resources);
    call.values = static_cast<std::uint32_t>(batch.text.size());
    const auto put = [&](std::string_view value) { return append_value(batch.text, value); };
    const auto field = [&](TextField name, std::string_view value) {
      call.text[static_cast<std::size_t>(name)] = put(value);
    };
    std::string when;
    append_rfc3339(ts, 9, when);
    put(when);
    field(TextField::account, "A" + std::to_string(below(40)));
    field(TextField::path,
          "/api/things/" + std::to_string(below(100000)) + "?x=" + text(5, kBase62));
    put(std::to_string(call.status));
    field(TextField::call_id, uuid());
    put(below(3) == 0 ? "" : uuid());
    for (std::size_t i = 0; i < resources; ++i) put(text(26, "0123456789ABCDEFGHJKMNPQRSTVWXYZ"));
    // Numbers, some of them unusual; prices; words; arbitrary text.
    put(below(40) == 0 ? "1e400" : std::to_string(static_cast<std::int64_t>(below(1000)) - 100));
    std::string price;
    append_decimal(static_cast<std::int64_t>(below(100000)), 2, price);
    put(price);
    put(text(below(30), " abcdefghij"));
    put(text(below(12), std::string_view("\\\"\x01\xff\xc3\xa9z", 7)));
    call.text[static_cast<std::size_t>(TextField::endpoint)] =
        append_value(batch.text, "/api/things/{id}");
    call.text[static_cast<std::size_t>(TextField::method)] =
        append_value(batch.text, below(3) == 0 ? "POST" : "GET");
    if (seq % 31 == 0) {  // an ID that no hole has
      call.extra_ids = static_cast<std::uint32_t>(batch.extra_ids.size());
      call.extra_id_count = 1;
      batch.extra_ids.push_back({0, append_value(batch.text, "extra-" + std::to_string(seq))});
    }
    batch.calls.push_back(call);
  }

  void add_plain(Batch& batch, Call call) {
    call.shape = plain_shape(batch);
    call.values = static_cast<std::uint32_t>(batch.text.size());
    append_value(batch.text, "{\"odd\":[" + text(below(200), "0123456789,") + "]}");
    call.extra_ids = static_cast<std::uint32_t>(batch.extra_ids.size());
    call.extra_id_count = 1;
    batch.extra_ids.push_back({1, append_value(batch.text, "odd-" + text(8, kHex))});
    batch.calls.push_back(call);
  }

  static std::uint32_t intern(Batch& batch, Shape shape) {
    for (std::uint32_t i = 0; i < batch.shapes.size(); ++i) {
      if (*batch.shapes[i] == shape) return i;
    }
    batch.shapes.push_back(std::make_shared<const Shape>(std::move(shape)));
    return static_cast<std::uint32_t>(batch.shapes.size() - 1);
  }

  static std::uint32_t plain_shape(Batch& batch) {
    Shape shape;
    shape.skeleton = kPlainSkeleton;
    shape.holes = 1;
    return intern(batch, std::move(shape));
  }

  static std::uint32_t shape_of(Batch& batch, std::size_t resources) {
    const std::string hole(1, kHole);
    const std::string quoted = "\"" + hole + "\"";
    Shape shape;
    shape.skeleton = "{\"ts\":" + quoted + ", \"account\":" + quoted + ",\"path\":" + quoted +
                     ",\"status\":" + hole + ",\"call_id\":" + quoted +
                     ",\"ids\":{\"error_id\":" + quoted + ",\"resource_id\":[";
    for (std::size_t i = 0; i < resources; ++i) shape.skeleton += (i == 0 ? "" : ",") + quoted;
    shape.skeleton += "]},\"n\":" + hole + ",\"price\":" + hole + ",\"words\":" + quoted +
                      ",\"any\":" + quoted + "}";
    shape.holes = static_cast<std::uint32_t>(10 + resources);
    shape.ts_hole = 0;
    shape.ts_text = TimeText::rfc3339;
    shape.text_holes[static_cast<std::size_t>(TextField::account)] = 1;
    shape.text_holes[static_cast<std::size_t>(TextField::path)] = 2;
    shape.status_hole = 3;
    shape.text_holes[static_cast<std::size_t>(TextField::call_id)] = 4;
    shape.ids.push_back({0, 5, true});
    for (std::uint32_t i = 0; i < resources; ++i) shape.ids.push_back({1, 6 + i, true});
    return intern(batch, std::move(shape));
  }

  std::mt19937_64 random_;
};

}  // namespace fortnight::storage::samples
