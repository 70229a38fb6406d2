#include "intake/line_front.h"

#include <algorithm>
#include <utility>

#include "base/ascii.h"
#include "base/bytes.h"
#include "base/json_writer.h"
#include "intake/logfmt.h"
#include "intake/nested_calls.h"

namespace fortnight::intake {
namespace {

// Maximum bytes of all unfinished lines of a source, in longest lines.
constexpr std::size_t kMaxHeldLines = 8;

std::vector<config::PointerStep> steps_of(const std::string& pointer) {
  return config::parse_steps(pointer).value();
}

std::string_view without_start_blanks(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  return text;
}

// Whether a text has at most blanks.
bool has_nothing(std::string_view text) { return without_start_blanks(text).empty(); }

}  // namespace

std::string_view trimmed_line(std::string_view line) {
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

bool is_blank_line(std::string_view line) {
  return line.find_first_not_of(" \t\r\n") == std::string_view::npos;
}

LineFront::LineFront(const config::Format& format, std::size_t max_line_bytes)
    : automatic_(format.unwrap.automatic),
      wrappings_(format.unwrap.wrappings),
      input_(format.input),
      inside_(steps_of(format.inside)),
      each_(steps_of(format.each)),
      invalid_utf8_(format.invalid_utf8),
      max_line_bytes_(max_line_bytes) {
  always_ = converts() || !wrappings_.empty();
}

BareLine LineFront::unwrap(std::string_view line, bool cut_off, std::uint64_t offset) {
  BareLine bare;
  bare.text = line;
  bare.cut_off = cut_off;
  bool continues = false;
  const auto take = [&](const Unwrapped& unwrapped) {
    apply(unwrapped, bare);
    continues = continues || unwrapped.continues;
  };
  if (automatic_) {
    for (std::string& scratch : scratch_) {
      const std::optional<Unwrapped> unwrapped = unwrap_any(bare.text, scratch);
      if (!unwrapped) break;
      take(*unwrapped);
      if (unwrapped->continues) break;
    }
  } else if (has_sender_header(line)) {
    if (const auto unwrapped = unwrap_syslog(line, scratch_[0])) take(*unwrapped);
  }
  for (std::size_t i = 0; i < wrappings_.size(); ++i) {
    const auto unwrapped =
        intake::unwrap(wrappings_[i], without_start_blanks(bare.text), scratch_[i]);
    if (unwrapped) take(*unwrapped);
    if (unwrapped && unwrapped->continues) break;
  }
  join(continues, offset, bare);
  return bare;
}

// The outermost wrapping of a text, if it has one that is recognised.
std::optional<Unwrapped> LineFront::unwrap_any(std::string_view text, std::string& scratch) {
  text = without_start_blanks(text);
  if (text.starts_with(kDockerStart)) return unwrap_docker(text, scratch);
  if (text.starts_with('{')) return std::nullopt;
  for (const config::Wrapping wrapping :
       {config::Wrapping::cri, config::Wrapping::syslog, config::Wrapping::compose}) {
    if (auto unwrapped = intake::unwrap(wrapping, text, scratch)) return unwrapped;
  }
  return std::nullopt;
}

// What an inner wrapping tells is nearer to the call.
void LineFront::apply(const Unwrapped& unwrapped, BareLine& line) {
  line.text = unwrapped.text;
  const auto set = [](std::string_view from, std::string_view& to) {
    if (!from.empty()) to = from;
  };
  set(unwrapped.time, line.time);
  set(unwrapped.host, line.host);
  set(unwrapped.program, line.program);
  set(unwrapped.process, line.process);
  set(unwrapped.stream, line.stream);
}

// Keeps the text of a piece that the next one continues, and gives the last one those before it.
void LineFront::join(bool continues, std::uint64_t offset, BareLine& line) {
  if (held_.empty() && !continues) return;
  const std::string key = held_key(line.stream);
  const auto found = held_.find(key);
  if (continues) {
    Held& held = held_.try_emplace(key, Held{{{}, offset}}).first->second;
    held.since = ++pieces_;
    std::string& text = held.line.text;
    const std::size_t room = max_line_bytes_ + 1 - std::min(max_line_bytes_ + 1, text.size());
    text.append(line.text.substr(0, room));
    held_bytes_ += std::min(room, line.text.size());
    line.held = true;
    return limit_held();
  }
  if (found == held_.end()) return;
  joined_ = std::move(found->second.line.text);
  held_bytes_ -= joined_.size();
  held_.erase(found);
  joined_.append(line.text.substr(0, max_line_bytes_ + 1));
  line.text = joined_;
  if (joined_.size() > max_line_bytes_) {
    line.text = line.text.substr(0, max_line_bytes_);
    line.cut_off = true;
  }
}

std::string LineFront::held_key(std::string_view stream) const {
  std::string key = origin_ + '\n';
  if (delivery_ != 0) key += std::to_string(delivery_) + '\n';
  return key.append(stream);
}

std::vector<LineFront::Unfinished> LineFront::take_unfinished() {
  std::vector<Unfinished> lines;
  if (held_.empty()) return lines;
  const std::string prefix = held_key("");
  for (auto it = held_.lower_bound(prefix); it != held_.end() && it->first.starts_with(prefix);) {
    held_bytes_ -= it->second.line.text.size();
    lines.push_back(std::move(it->second.line));
    it = held_.erase(it);
  }
  return lines;
}

// Streams that ended within a line don't hold memory for ever.
void LineFront::limit_held() {
  while (held_bytes_ > kMaxHeldLines * max_line_bytes_ && held_.size() > 1) {
    const auto oldest = std::min_element(
        held_.begin(), held_.end(),
        [](const auto& a, const auto& b) { return a.second.since < b.second.since; });
    held_bytes_ -= oldest->second.line.text.size();
    given_up_.push_back(std::move(oldest->second.line));
    held_.erase(oldest);
  }
}

std::string LineFront::held(std::string_view origin) const {
  std::string out;
  ByteWriter writer(out);
  const std::string prefix = std::string(origin) + '\n';
  for (auto it = held_.lower_bound(prefix); it != held_.end() && it->first.starts_with(prefix);
       ++it) {
    writer.text(std::string_view(it->first).substr(prefix.size()));
    writer.text(it->second.line.text);
  }
  return out;
}

void LineFront::restore(std::string_view origin, std::string_view held) {
  ByteReader in(held);
  while (in.remaining() > 0) {
    const std::string_view stream = in.text();
    const std::string_view text = in.text();
    if (!in.ok()) return;
    Held& one = held_[std::string(origin) + '\n' + std::string(stream)];
    held_bytes_ += text.size() - one.line.text.size();
    one = {{std::string(text), 0}, ++pieces_};
  }
  limit_held();
}

void LineFront::continue_lines_of(LineFront& earlier) {
  held_ = std::exchange(earlier.held_, {});
  held_bytes_ = std::exchange(earlier.held_bytes_, 0);
  pieces_ = earlier.pieces_;
  given_up_ = earlier.take_given_up();
  limit_held();
}

LineFront::Calls LineFront::convert(const BareLine& line) {
  calls_.clear();
  bool complete = true;
  std::string text = as_json(line);
  if (!inside_.empty() && is_object(text)) {
    if (auto inner = take_inside(text, inside_)) text = std::move(*inner);
  }
  if (each_.empty() || !is_object(text) ||
      !take_elements(text, each_, kMaxGrowth * max_line_bytes_, calls_, complete)) {
    calls_.push_back(std::move(text));
  }
  return {calls_, complete};
}

std::string LineFront::as_json(const BareLine& line) const {
  if (input_ == config::Input::json || has_nothing(line.text)) return std::string(line.text);
  std::string text;
  if (input_ == config::Input::logfmt) {
    append_logfmt_as_json(line.text, text);
  } else {
    text = R"({"message":)" + json_quoted(line.text) + "}";
  }
  if (!line.cut_off) return text;
  text.pop_back();
  if (text.size() > 1) text.push_back(',');
  return text + R"("@truncated":true})";
}

// Whether the text is a JSON object, perhaps after it was mended. If not, it is no line of the form
// that the format expects, and is mapped as it is.
bool LineFront::is_object(std::string& text) {
  for (int round = 0; round < 2; ++round) {
    const std::size_t size = text.size();
    text.append(simdjson::SIMDJSON_PADDING, '\0');
    const std::string_view padded = std::string_view(text).substr(0, size);
    const std::span<const std::uint32_t> structurals = structurals_.find(padded);
    const bool is_json = !structurals.empty() && splitter_.split(padded, structurals);
    const bool object = is_json && padded[structurals.front()] == '{';
    if (is_json || round == 1) {
      text.resize(size);
      return object;
    }
    const LineMender::Mended mended = mender_.mend(padded, invalid_utf8_);
    const std::string changed(mended.line);
    text.resize(size);
    if (!mended.changed) return false;
    text = changed;
  }
  return false;
}

}  // namespace fortnight::intake
