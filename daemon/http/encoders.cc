#include "daemon/http/encoders.h"

#include <algorithm>
#include <utility>

#include "base/csv.h"
#include "base/json_members.h"
#include "base/json_text.h"

namespace fortnight::daemon {
namespace {

// {"rows":[…],"summary":{…}}
class JsonBodyEncoder final : public AnswerEncoder {
 public:
  explicit JsonBodyEncoder(EncoderOptions options) : options_(std::move(options)) {}

  void row(std::string_view json, std::string& out) override {
    out.append(any_ ? ",\n" : kBegin).append(json);
    any_ = true;
  }
  void close(const query::Closing& closing, std::string& out) override {
    if (!any_) out.append(kBegin);
    if (closing.error) {
      out.append("],\"error\":").append(problem_json(options_.problem(*closing.error)));
    } else {
      out.append("],\"summary\":").append(closing.summary());
    }
    out.append("}\n");
  }

 private:
  static constexpr std::string_view kBegin = "{\"rows\":[";
  const EncoderOptions options_;
  bool any_ = false;
};

class NdjsonEncoder final : public AnswerEncoder {
 public:
  explicit NdjsonEncoder(EncoderOptions options) : options_(std::move(options)) {}

  void row(std::string_view json, std::string& out) override { out.append(json).push_back('\n'); }
  void close(const query::Closing& closing, std::string& out) override {
    if (closing.error) {
      out.append("{\"error\":").append(problem_json(options_.problem(*closing.error)));
    } else {
      out.append("{\"ok\":").append(closing.summary());
    }
    out.append("}\n");
  }

 private:
  const EncoderOptions options_;
};

// A cell: a string decoded, several values separated by spaces, null as nothing.
std::string cell_of(std::string_view json) {
  if (json.starts_with('"')) {
    std::string scratch;
    std::string text(decode_json_string(json.substr(1, json.size() - 2), scratch));
    if (is_formula(text)) text.insert(text.begin(), '\'');
    return text;
  }
  if (json == "null") return {};
  if (!json.starts_with('[')) return std::string(json);
  std::string out;
  for (const std::string_view element : elements_of(json)) {
    out.append(out.empty() ? "" : " ").append(cell_of(element));
  }
  return out;
}

class CsvEncoder final : public AnswerEncoder {
 public:
  explicit CsvEncoder(EncoderOptions options) : columns_(std::move(options.columns)) {
    if (!columns_.empty()) write_header();
  }

  void row(std::string_view json, std::string& out) override {
    const std::vector<JsonMember> members = members_of(json);
    if (columns_.empty()) {
      std::string scratch;
      for (const JsonMember& member : members) {
        columns_.emplace_back(decode_json_string(member.key, scratch));
      }
      write_header();
    }
    out.append(std::exchange(header_, {}));
    std::vector<std::string> cells(columns_.size());
    for (const JsonMember& member : members) fill(member, cells);
    append_csv_row(cells, out);
  }
  // CSV has no form for errors: the connection is closed before the body's end.
  void close(const query::Closing&, std::string& out) override {
    out.append(std::exchange(header_, {}));
  }

 private:
  void write_header() { append_csv_row(columns_, header_); }
  void fill(const JsonMember& member, std::vector<std::string>& cells) {
    std::string scratch;
    const std::string_view key = decode_json_string(member.key, scratch);
    const auto column = std::find(columns_.begin(), columns_.end(), key);
    if (column != columns_.end()) {
      cells[static_cast<std::size_t>(column - columns_.begin())] = cell_of(member.value);
    } else if (key == "ids" || key == "values") {
      for (const JsonMember& inner : members_of(member.value)) fill(inner, cells);
    }
  }

  std::vector<std::string> columns_;
  std::string header_;  // until it is written
};

// The value of the row's member `ref`; empty if it has none.
std::string_view ref_of(std::string_view row) {
  // Of the members of a call's row, only `truncated` and `values` come after `ref`, and neither has
  // this text: names of `values` begin with "/". A ref has no escapes.
  constexpr std::string_view kKey = ",\"ref\":\"";
  const std::size_t at = row.rfind(kKey);
  if (at == row.npos) return {};
  const std::size_t begin = at + kKey.size();
  return row.substr(begin, row.find('"', begin) - begin);
}

// https://html.spec.whatwg.org/multipage/server-sent-events.html
class EventEncoder final : public AnswerEncoder {
 public:
  explicit EventEncoder(EncoderOptions options) : options_(std::move(options)) {}

  void row(std::string_view json, std::string& out) override {
    const std::string_view ref = ref_of(json);
    if (ref.empty()) {
      out.append("event: missed\n");
    } else {
      out.append("id: ").append(ref).push_back('\n');
    }
    out.append("data: ").append(json).append("\n\n");
  }
  void close(const query::Closing& closing, std::string& out) override {
    if (!closing.error) return;
    out.append("event: failed\ndata: ");
    out.append(problem_json(options_.problem(*closing.error))).append("\n\n");
  }

 private:
  const EncoderOptions options_;
};

}  // namespace

std::unique_ptr<AnswerEncoder> make_encoder(EncoderOptions options) {
  switch (options.media) {
    case Media::json:
      return std::make_unique<JsonBodyEncoder>(std::move(options));
    case Media::ndjson:
      return std::make_unique<NdjsonEncoder>(std::move(options));
    case Media::csv:
      return std::make_unique<CsvEncoder>(std::move(options));
    case Media::event_stream:
      return std::make_unique<EventEncoder>(std::move(options));
    case Media::metrics:
      return make_metrics_encoder(std::move(options.measurements));
  }
  return nullptr;
}

std::string stream_beginning(std::string_view position) {
  return "retry: 2000\n" + still_here(position);
}

std::string still_here(std::string_view position) {
  std::string out = ": still here\n";
  if (!position.empty()) out.append("id: ").append(position).push_back('\n');
  return out + "\n";
}

}  // namespace fortnight::daemon
