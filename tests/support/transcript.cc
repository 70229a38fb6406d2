#include "tests/support/transcript.h"

#include <algorithm>
#include <filesystem>
#include <istream>
#include <memory>
#include <sstream>
#include <stdexcept>

#include "query/service.h"
#include "tests/support/native_lines.h"
#include "tests/support/project_file.h"

namespace fortnight::tests {

namespace {

class Rows final : public query::Sink {
 public:
  bool row(std::string_view json) override {
    lines.emplace_back(json);
    return true;
  }
  std::vector<std::string> lines;
};

// Whether `text` equals `expected`, in which "..." matches any run of bytes and the member of
// "[[,member]]" may be absent.
bool line_matches(std::string_view expected, std::string_view text) {
  constexpr std::string_view kOpen = "[[,";
  constexpr std::string_view kClose = "]]";
  if (const std::size_t open = expected.find(kOpen); open != std::string_view::npos) {
    const std::size_t close = expected.find(kClose, open);
    if (close == std::string_view::npos) return false;
    const std::string before(expected.substr(0, open));
    const std::string member(expected.substr(open + 2, close - open - 2));
    const std::string rest(expected.substr(close + kClose.size()));
    return line_matches(before + member + rest, text) || line_matches(before + rest, text);
  }
  storage::TextPattern pattern;
  for (;;) {
    const std::size_t dots = expected.find("...");
    pattern.pieces.emplace_back(expected.substr(0, dots));
    if (dots == std::string_view::npos) break;
    expected.remove_prefix(dots + 3);
  }
  return pattern.matches(text);
}

bool lines_match(const std::vector<std::string>& expected, std::size_t e,
                 const std::vector<std::string>& lines, std::size_t l) {
  for (; e < expected.size(); ++e, ++l) {
    if (expected[e] == "...") {
      for (std::size_t skipped = l; skipped <= lines.size(); ++skipped) {
        if (lines_match(expected, e + 1, lines, skipped)) return true;
      }
      return false;
    }
    if (l == lines.size() || !line_matches(expected[e], lines[l])) return false;
  }
  return l == lines.size();
}

// The value of the last string member of that name in the lines.
std::string member(const std::vector<std::string>& lines, const std::string& name) {
  const std::string key = "\"" + name + "\":\"";
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    const std::size_t at = line->find(key);
    if (at == std::string::npos) continue;
    const std::size_t begin = at + key.size();
    return line->substr(begin, line->find('"', begin) - begin);
  }
  return {};
}

void replace(std::string& text, const std::string& what, const std::string& with) {
  const std::size_t at = text.find(what);
  if (at != std::string::npos) text.replace(at, what.size(), with);
}

class Player {
 public:
  Player(std::istream& in, StoreUnderTest& under_test) : in_(in), under_test_(under_test) {
    context_->now = [this] { return now_; };
    context_->error_code_pointers = {"/response/body/errors/0/code"};
  }

  std::vector<std::string> play() {
    std::string line;
    while (next(line)) {
      if (!line.empty() && line[0] != '#') command(line);
    }
    return std::move(failures_);
  }

 private:
  bool next(std::string& line) {
    ++number_;
    return static_cast<bool>(std::getline(in_, line));
  }
  // The lines before the next empty line.
  std::vector<std::string> block() {
    std::vector<std::string> lines;
    for (std::string line; next(line) && !line.empty();) lines.push_back(line);
    return lines;
  }

  void command(const std::string& line) {
    std::istringstream words(line);
    std::string word;
    std::string first;
    std::string second;
    std::string third;
    words >> word >> first >> second >> third;
    if (word == ">") {
      ask(line.substr(2));
    } else if (word == "append") {
      append(first == "plain" ? Split::plain : Split::shapes);
    } else if (word == "reject") {
      words >> std::ws;
      std::string bytes;
      std::getline(words, bytes);
      reject({now_, first, second, "", std::stoull(third), bytes});
    } else if (word == "clock") {
      set_clock(utc(first));
    } else if (word == "zone") {
      context_->time_zone = first;
    } else if (word == "account") {
      context_->accounts[first] = {third, second};
    } else if (word == "follow") {
      follow_ =
          std::move(query::Follow::start(context_, query::RequestLine("FOLLOW " + line.substr(6),
                                                                      access::everybody()))
                        .follow);
    } else if (word == "poll") {
      poll();
    } else if (word == "unfollow") {
      expect({follow_->closing().line});
    } else {
      disturb(word);
    }
  }

  void set_clock(TimeNs now) {
    now_ = now;
    if (context_->store != nullptr) return;
    under_test_.start(now);
    context_->store = &under_test_.store();
  }

  void disturb(const std::string& word) {
    if (word == "restart") {
      under_test_.restart(now_);
      context_->store = &under_test_.store();
    } else if (word == "seal") {
      under_test_.seal(now_);
    } else if (word == "expire") {
      under_test_.expire(now_);
    } else {
      throw std::invalid_argument("line " + std::to_string(number_) + ": no command " + word);
    }
  }

  void append(Split split) {
    const auto done = under_test_.store().append(native_append(block(), split), now_);
    if (!done) failures_.push_back("append: " + done.error().message);
    static_cast<void>(under_test_.store().sync());
  }

  void reject(storage::Reject rejected) {
    storage::Append append;
    append.rejects.push_back(std::move(rejected));
    const auto done = under_test_.store().append(std::move(append), now_);
    if (!done) failures_.push_back("append: " + done.error().message);
    static_cast<void>(under_test_.store().sync());
  }

  void ask(std::string request) {
    replace(request, "$next", member(answer_, "next"));
    replace(request, "$ref", member(answer_, "ref"));
    Rows rows;
    const std::string closing = query::execute(*context_, request, rows, {});
    rows.lines.push_back(closing);
    expect(std::move(rows.lines));
  }

  void poll() {
    Rows rows;
    while (follow_->poll(rows, {}) == query::Follow::State::more) continue;
    expect(std::move(rows.lines));
  }

  void expect(std::vector<std::string> lines) {
    const std::size_t at = number_;
    const std::vector<std::string> expected = block();
    answer_ = std::move(lines);
    if (lines_match(expected, 0, answer_, 0)) return;
    std::string failure = "line " + std::to_string(at) + ": expected\n";
    for (const std::string& line : expected) failure += "  " + line + "\n";
    failure += "but got\n";
    for (const std::string& line : answer_) failure += "  " + line + "\n";
    failures_.push_back(std::move(failure));
  }

  std::istream& in_;
  StoreUnderTest& under_test_;
  std::shared_ptr<query::Context> context_ = std::make_shared<query::Context>();
  std::unique_ptr<query::Follow> follow_;
  TimeNs now_ = 0;
  std::size_t number_ = 0;
  std::vector<std::string> answer_;
  std::vector<std::string> failures_;
};

}  // namespace

std::vector<std::string> play_transcript(std::istream& transcript, StoreUnderTest& under_test) {
  return Player(transcript, under_test).play();
}

std::vector<std::string> transcripts() {
  std::vector<std::string> paths;
  for (const auto& entry :
       std::filesystem::directory_iterator(fortnight::project_file("tests/protocol"))) {
    if (entry.path().extension() == ".test") paths.push_back(entry.path());
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

}  // namespace fortnight::tests
