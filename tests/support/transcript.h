// Transcripts: conversations with a store through the query room, as text files that anybody can
// read and write. They are the conformance tests of whatever stands behind storage::Store.
//
//   # a comment
//   clock 2026-11-20T12:00:00Z        the time it is; comes first
//   zone Europe/Paris                 the server's time zone
//   account OCQ4JJ America/New_York Acme   an account's zone and name, as configured
//   append                            native lines, until an empty line; `append plain` keeps them
//   whole
//   {"ts":...}
//
//   restart | seal | expire           what happens to the store meanwhile
//   > LOGS status=200                 a request; the lines below are the expected answer
//   {"ts":...
//   OK {...
//
//   follow status=500                 begins to FOLLOW; `poll` expects rows, `unfollow` the closing
//   line
//
// In what is expected, `...` stands for anything within a line, and alone for any lines. In a
// request, $next and $ref are those that came in the last answer.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "storage/store.h"

namespace fortnight::tests {

// A store that transcripts are played to.
class StoreUnderTest {
 public:
  StoreUnderTest() = default;
  StoreUnderTest(const StoreUnderTest&) = delete;
  StoreUnderTest& operator=(const StoreUnderTest&) = delete;
  virtual ~StoreUnderTest() = default;

  // Opens it at `now`; called once, before anything else.
  virtual void start(storage::TimeNs now) = 0;
  virtual storage::Store& store() = 0;
  // Ends it as a crash does, and opens it again.
  virtual void restart(storage::TimeNs now) = 0;
  // Seals every day that is over at `now`.
  virtual void seal(storage::TimeNs now) = 0;
  // Drops every day whose time has come at `now`.
  virtual void expire(storage::TimeNs now) = 0;
};

// Plays a transcript; returns what was not as expected, each with its line's number.
std::vector<std::string> play_transcript(std::istream& transcript, StoreUnderTest& under_test);

// All *.test files of tests/protocol, sorted.
std::vector<std::string> transcripts();

}  // namespace fortnight::tests
