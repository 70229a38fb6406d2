// Transcripts: sessions of requests and answers through query/, as text files that are easy to read
// and to write. They are the conformance tests of every implementation of storage::Store.
//
//   # a comment
//   clock 2026-11-20T12:00:00Z        the current time; comes first
//   zone Europe/Paris                 the server's time zone
//   account OCQ4JJ America/New_York Acme
//                                     an account's zone and name, as configured
//   append                            native lines, until an empty line; `append plain` stores
//                                     each line whole
//   {"ts":...}
//
//   reject caddy not-json 120 oops    a rejected line of a source: its reason, offset and bytes
//   restart | seal | expire           crash and reopen; seal past days; drop expired days
//   > LOGS status=200                 a request; the lines below it are the expected answer
//   {"ts":...
//   OK {...
//
//   follow status=500                 starts a FOLLOW; `poll` expects rows, `unfollow` the closing
//                                     line
//
// In expected lines, `...` matches any run of bytes, and a line `...` any lines. The member in
// `[[,"basis":"calls"]]` may be absent: a store needn't have it, but if it has, this is its value.
// In a request, $next and $ref are the values of these members in the last answer.
#pragma once

#include <iosfwd>
#include <string>
#include <vector>

#include "storage/store.h"

namespace fortnight::tests {

// A store that transcripts run on.
class StoreUnderTest {
 public:
  StoreUnderTest() = default;
  StoreUnderTest(const StoreUnderTest&) = delete;
  StoreUnderTest& operator=(const StoreUnderTest&) = delete;
  virtual ~StoreUnderTest() = default;

  // Opens the store at `now`; called once, before all other functions.
  virtual void start(TimeNs now) = 0;
  virtual storage::Store& store() = 0;
  // Ends the store like a crash, and opens it again.
  virtual void restart(TimeNs now) = 0;
  // Seals every day that is over at `now`.
  virtual void seal(TimeNs now) = 0;
  // Drops every day that is past retention at `now`.
  virtual void expire(TimeNs now) = 0;
};

// Runs a transcript; returns the differences from what it expects, each with its line number.
std::vector<std::string> play_transcript(std::istream& transcript, StoreUnderTest& under_test);

// All *.test files of tests/protocol, sorted.
std::vector<std::string> transcripts();

}  // namespace fortnight::tests
