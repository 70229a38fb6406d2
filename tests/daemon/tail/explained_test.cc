// What a tailer tells of its files: their state, and why each is read from where it is.
#include <algorithm>

#include "tests/daemon/tail/harness.h"

namespace fortnight::daemon {

struct Explained : TailHarness {
  using State = TailedFile::State;

  // The only file of that name, and of that state if one is given.
  TailedFile file(const std::string& name, std::optional<State> state = {}) {
    const std::vector<TailedFile> files = tailer->files();
    const auto is = [&](const TailedFile& one) {
      return one.file == path(name) && one.state == state.value_or(one.state);
    };
    BOOST_REQUIRE(std::count_if(files.begin(), files.end(), is) == 1);
    return *std::find_if(files.begin(), files.end(), is);
  }
  TailDecision decision(const std::string& name, std::optional<State> state = {}) {
    const TailedFile found = file(name, state);
    BOOST_REQUIRE(found.decision);
    return *found.decision;
  }
  std::uint64_t size_of(const std::string& name) const {
    return std::filesystem::file_size(path(name));
  }
};

BOOST_FIXTURE_TEST_SUITE(tail_explained, Explained)

BOOST_AUTO_TEST_CASE(a_file_of_a_new_source) {
  write("app.log");
  poll();
  const TailedFile read = file("app.log");
  BOOST_TEST((read.state == State::reading));
  BOOST_TEST(read.offset == size_of("app.log"));
  BOOST_TEST(read.size == read.offset);
  BOOST_TEST(read.behind_bytes == 0U);
  BOOST_TEST((read.last_line == now));
  BOOST_TEST((read.id == file_info(path("app.log"))->id));
  BOOST_TEST((read.decision->reason == Reason::first_start));
  BOOST_TEST((read.decision->verdict == Verdict::start));
  BOOST_TEST(read.decision->offset == 0U);
}

BOOST_AUTO_TEST_CASE(a_file_that_comes_later) {
  poll();
  write("app.log");
  poll();
  BOOST_TEST((decision("app.log").reason == Reason::matched_new));
}

BOOST_AUTO_TEST_CASE(a_source_that_begins_at_the_end) {
  options.from = config::TailFrom::end;
  append("app.log", "old\n");
  poll();
  BOOST_TEST((decision("app.log").reason == Reason::from_end));
  BOOST_TEST(decision("app.log").offset == 4U);
  BOOST_TEST(!file("app.log").last_line);
}

BOOST_AUTO_TEST_CASE(after_a_restart_it_goes_on_where_it_was) {
  write("app.log");
  poll();
  const std::uint64_t read = size_of("app.log");
  restart();
  write("app.log");
  poll();
  const TailDecision why = decision("app.log");
  BOOST_TEST((why.verdict == Verdict::resume));
  BOOST_TEST((why.reason == Reason::same_file));
  BOOST_TEST(why.matched == path("app.log"));
  BOOST_TEST(why.offset == read);
  BOOST_TEST(why.had_read == read);
}

BOOST_AUTO_TEST_CASE(a_rotated_file_and_its_successor) {
  write("app.log");
  poll();
  rename("app.log", "app.log.1");
  write("app.log", 3);
  poll();
  const auto files = tailer->files();
  BOOST_REQUIRE(files.size() == 2U);
  const auto rotated = std::find_if(files.begin(), files.end(), [](const TailedFile& one) {
    return one.state == State::rotated;
  });
  BOOST_REQUIRE(rotated != files.end());
  BOOST_TEST(rotated->path == path("app.log"));
  const auto present = std::find_if(files.begin(), files.end(), [](const TailedFile& one) {
    return one.state == State::reading;
  });
  BOOST_REQUIRE(present != files.end());
  BOOST_TEST((present->decision->reason == Reason::matched_new));
}

BOOST_AUTO_TEST_CASE(a_truncated_file_is_read_again_and_says_so) {
  write("app.log", 20);
  poll();
  const std::uint64_t read = size_of("app.log");
  truncate("app.log");
  write("app.log", 2);
  poll();
  const TailDecision why = decision("app.log", State::reading);
  BOOST_TEST((why.verdict == Verdict::start));
  BOOST_TEST((why.reason == Reason::truncated));
  BOOST_TEST(why.had_read == read);
  BOOST_TEST(why.offset == 0U);
  BOOST_TEST((tailer->decisions().back().reason == Reason::truncated));
  // Its former content may be in a copy.
  BOOST_TEST(file("app.log", State::missing).offset == read);
}

BOOST_AUTO_TEST_CASE(a_copy_is_ignored_and_says_of_what) {
  options.globs = {path("app.log*")};
  write("app.log", 20);
  poll();
  copy("app.log", "app.log.bak");
  poll();
  const TailedFile copied = file("app.log.bak");
  BOOST_TEST((copied.state == State::ignored || copied.state == State::finished));
  BOOST_REQUIRE(copied.decision);
  BOOST_TEST(copied.decision->matched == path("app.log"));
  BOOST_TEST(
      (copied.decision->verdict == Verdict::held || copied.decision->verdict == Verdict::settled));
}

BOOST_AUTO_TEST_CASE(a_file_that_is_gone_is_searched_for) {
  write("app.log", 20);
  poll();
  const std::uint64_t read = size_of("app.log");
  restart();
  remove("app.log");
  poll();
  const TailedFile missing = file("app.log");
  BOOST_TEST((missing.state == State::missing));
  BOOST_TEST(missing.offset == read);
}

BOOST_AUTO_TEST_CASE(unread_bytes) {
  write("app.log");
  poll();
  write("app.log", 7);
  room = false;
  poll();
  const TailedFile behind = file("app.log");
  BOOST_TEST(behind.behind_bytes == size_of("app.log") - behind.offset);
  BOOST_TEST(behind.behind_bytes > 0U);
}

BOOST_AUTO_TEST_CASE(the_last_decisions_are_kept_and_repetitions_count_once) {
  options.globs = {path("*.log")};
  for (int i = 0; i < 30; ++i) write("app" + std::to_string(i) + ".log", 1);
  poll();
  BOOST_TEST(tailer->decisions().size() == Tailer::kDecisions);
  BOOST_TEST(tailer->files().size() == 30U);
  for (const TailedFile& one : tailer->files()) BOOST_TEST(one.decision.has_value());
  restart();
  for (int i = 1; i < 30; ++i) remove("app" + std::to_string(i) + ".log");
  poll();
  const std::size_t before = tailer->decisions().size();
  truncate("app0.log");
  write("app0.log", 1);
  poll();
  BOOST_TEST(tailer->decisions().size() == before + 1);
}

BOOST_AUTO_TEST_SUITE_END()

}  // namespace fortnight::daemon
