#include "query/members.h"

#include <algorithm>
#include <iterator>

namespace fortnight::query {

namespace {

using Type = MemberType;
using Members = std::vector<MemberWords>;

const Members& of_call() {
  static const Members members = {
      {"ts", Type::text, false, "the call's time in UTC, with the precision of the line"},
      {"account", Type::text, true, "the account"},
      {"account_name", Type::text, false, "the account's configured name"},
      {"method", Type::text, true, "the HTTP method"},
      {"endpoint", Type::text, true, "the path's template"},
      {"path", Type::text, true, "the path"},
      {"status", Type::integer, true, "the HTTP status"},
      {"revision", Type::text, true, "the API's revision"},
      {"duration_ms", Type::number, true, "milliseconds"},
      {"call_id", Type::text, true, "the call's ID"},
      {"ids", Type::object, false, "an array of values for each kind of ID"},
      {"source", Type::text, true, "the source that it came from"},
      {"ref", Type::text, false, "identifies the call for as long as it is kept"},
      {"truncated", Type::boolean, false, "the line was too long: its first part is kept"},
  };
  return members;
}

constexpr MemberWords kLineMember{"line", Type::object, false, "the record as it is kept"};
constexpr MemberWords kPointerValues{"values", Type::object, false,
                                     "the values at the pointers of with="};
constexpr MemberWords kCallsMember{"calls", Type::integer, false, "the number of calls"};
constexpr MemberWords kErrorsMember{"errors", Type::integer, false,
                                    "calls with a status of 400 or above"};
constexpr MemberWords kRateMember{"error_rate", Type::number, false,
                                  "errors by calls, from 0 to 1"};
constexpr MemberWords kPastCap{"past_cap", Type::boolean, false,
                               "the row is the group (other), not a value"};
constexpr MemberWords kPreviousCalls{"previous_calls", Type::integer, false,
                                     "calls of the compared period"};
constexpr MemberWords kPreviousErrors{"previous_errors", Type::integer, false,
                                      "errors of the compared period"};
constexpr MemberWords kPreviousRank{"previous_rank", Type::integer, true,
                                    "the rank in the compared period, from 1"};
constexpr MemberWords kQuantiles{"quantiles", Type::object, true,
                                 "the duration in milliseconds by quantile"};
constexpr MemberWords kMoreMember{"more", Type::boolean, false, "there are more than limit="};
constexpr MemberWords kNextMember{"next", Type::text, false, "the cursor of the next page"};
constexpr MemberWords kMissedMember{"missed", Type::integer, false, "calls that were skipped"};
constexpr MemberWords kValuesMember{"values", Type::integer, false, "the number of values"};
constexpr MemberWords kBasisMember{"basis", Type::text, false,
                                   "rollups or calls: the counts' source"};
constexpr MemberWords kErasedDays{"days", Type::array, false, "calls by UTC day"};
constexpr MemberWords kErasedRejects{"rejects", Type::integer, false, "erased rejected lines"};
constexpr MemberWords kErasedFiles{"quarantined", Type::integer, false,
                                   "removed files of the quarantine"};
constexpr MemberWords kPreviousPeriod{"previous", Type::object, false, "the compared period"};

Members operator+(Members first, const Members& second) {
  std::copy(second.begin(), second.end(), std::back_inserter(first));
  return first;
}

constexpr MemberWords kLateMember{"late", Type::integer, false,
                                  "counted calls that came too late to be kept"};
constexpr MemberWords kRoundedMember{"rounded", Type::boolean, false,
                                     "an edge was moved outward to a quarter hour"};

const Members& of_counts() {
  static const Members members = {
      kLateMember,
      {"values_past_cap", Type::integer, false, "matching calls counted under (other)"},
      kRoundedMember,
      kBasisMember,
      kPreviousPeriod,
  };
  return members;
}

// Of every verb with a period.
const Members& of_period() {
  static const Members members = {
      {"complete", Type::boolean, false, "whether nothing that was asked for is missing"},
      {"damaged", Type::integer, false, "blocks, files and losses that couldn't be read"},
      {"retained_from", Type::text, false, "from when on whole calls are kept"},
      {"rejected", Type::integer, false, "lines rejected within the period"},
      {"from", Type::text, true, "the period's start"},
      {"to", Type::text, true, "the period's end"},
      {"tz", Type::text, false, "the time zone"},
      {"note", Type::text, false, "No Data Available, if nothing was found"},
      {"nearest", Type::object, false, "ts and ref of the nearest call outside the period"},
  };
  return members;
}

}  // namespace

std::vector<MemberWords> row_members(Verb verb) {
  switch (verb) {
    case Verb::activity:
      return {{"t", Type::text, false, "the bucket's start, with its offset"},
              kCallsMember,
              kErrorsMember,
              kQuantiles,
              kPastCap,
              {"rest", Type::integer, false, "the row is the sum of this many other values"},
              kPreviousCalls,
              kPreviousErrors};
    case Verb::logs:
      return of_call() + Members{kPointerValues};
    case Verb::show:
      return of_call() + Members{kLineMember};
    case Verb::find:
      return of_call() +
             Members{{"matched", Type::array, false, "which token is which kind of ID, or ref"}};
    case Verb::twin:
      return Members{{"side", Type::text, false, "before or after the call"},
                     {"diff", Type::array, false, "scalars that differ, by JSON pointer"},
                     {"diff_more", Type::integer, false, "the number of further differences"}} +
             of_call() + Members{kLineMember};
    case Verb::follow:
      return of_call() + Members{kPointerValues, kMissedMember};
    case Verb::job:
      return Members{{"stage", Type::text, false, "submission, poll or error"}} + of_call();
    case Verb::top:
      return {kCallsMember,   kErrorsMember,   kRateMember,  kPastCap,
              kPreviousCalls, kPreviousErrors, kPreviousRank};
    case Verb::values:
      return {{"value", Type::text, true, "the value"},
              {"account_name", Type::text, false, "the account's configured name"},
              kCallsMember,
              kPastCap};
    case Verb::errors:
      return {{"endpoint", Type::text, true, "the path's template"},
              {"status", Type::integer, true, "the HTTP status"},
              {"code", Type::text, true, "the error code"},
              kPastCap,
              kCallsMember,
              {"accounts", Type::integer, false, "the number of accounts with such calls"},
              {"accounts_error", Type::number, false, "the estimate's relative standard error"},
              {"first", Type::text, false, "the time of the first of these calls"},
              {"last", Type::text, false, "the time of the newest of these calls"},
              {"first_ever", Type::text, false, "the time of the first such call of all times"},
              {"call_id", Type::text, true, "the newest call's ID"},
              {"ref", Type::text, true, "the newest call's ref; null: it isn't kept"},
              kPreviousCalls,
              kPreviousErrors,
              kPreviousRank};
    case Verb::sources:
      return {
          {"source", Type::text, false, "the source's name"},
          {"file", Type::text, true, "where the file was last seen; null: the row is the source's"},
          {"state", Type::text, false,
           "of a source open or paused; of a file reading, rotated, missing, waits, ignored or "
           "finished"},
          {"format", Type::text, false, "of the source's lines"},
          {"calls_per_second", Type::number, false, "of a source, over the last minute"},
          {"last_line_s", Type::integer, true, "seconds since the last line; null: none yet"},
          {"last_reject", Type::object, true, "the last rejected line: at, reason"},
          {"last_warning", Type::object, true, "the last warning about files: at, what"},
          {"last_error", Type::text, true, "the last error in reading the file"},
          {"tail", Type::array, false, "the source's patterns"},
          {"tcp", Type::integer, false, "the source's port; so http and udp"},
          {"http", Type::integer, false, "the source's port"},
          {"udp", Type::integer, false, "the source's port"},
          {"unix", Type::text, false, "the source's socket"},
          {"of", Type::text, false, "the source whose requests name this one"},
          {"files", Type::integer, false, "open files"},
          {"rotated", Type::integer, false, "of these, rotated ones"},
          {"missing", Type::integer, false, "rotated files that are searched for"},
          {"shared_files", Type::integer, false, "files that another source reads too"},
          {"problems", Type::array, false, "what can't be read"},
          {"decisions", Type::array, false, "the last 20 decisions about files, newest first"},
          {"damaged_positions", Type::integer, false, "files read again for that, at the start"},
          {"tailed_as", Type::text, false, "the path that the file is tailed by"},
          {"device", Type::integer, false, "the file's device"},
          {"inode", Type::integer, false, "the file's inode"},
          {"offset", Type::integer, false, "the position after the last line"},
          {"size", Type::integer, false, "the file's size"},
          {"behind_bytes", Type::integer, false, "unread bytes"},
          {"decision", Type::object, true, "why it is read from there, or isn't"}};
    case Verb::rejects:
      return {{"at", Type::text, false, "when the line was rejected"},
              {"source", Type::text, false, "the source"},
              {"reason", Type::text, false, "why"},
              {"detail", Type::text, true, "more about why"},
              {"offset", Type::integer, true, "the position in the file or connection"},
              {"bytes", Type::text, false, "the line's beginning"},
              {"bytes_base64", Type::text, false, "the same, if it isn't UTF-8"}};
    case Verb::erase:
      return {kCallsMember,
              kErasedDays,
              {"confirm", Type::text, false, "the token that confirms the erasure"},
              {"expires", Type::text, false, "until when it is valid"},
              {"erasure", Type::integer, false, "the number of the erasure"},
              kErasedRejects,
              kErasedFiles,
              {"off_disk_by", Type::text, false, "when no file has the calls any more"}};
    case Verb::erasures:
      return {{"version", Type::integer, false, "of the certificate's form: 1"},
              {"number", Type::integer, false, "the number of the erasure"},
              {"at", Type::text, false, "when the calls went"},
              {"by", Type::text, false, "who erased them"},
              {"filter", Type::text, false, "account, id or text"},
              {"sha256", Type::text, false, "of the filter's value"},
              kCallsMember,
              kErasedDays,
              kErasedRejects,
              kErasedFiles,
              {"finished", Type::text, true, "since when no file has them; null: not yet"}};
    case Verb::backup:
      return {{"directory", Type::text, false, "where the backup is"},
              {"at", Type::text, false, "the time of the backup"},
              {"calls", Type::integer, false, "calls taken in since the store was created"},
              {"files", Type::integer, false, "files of calls, counts and rejected lines"},
              {"bytes", Type::integer, false, "of these files"},
              {"linked", Type::integer, false, "files that share their bytes with the store's"},
              {"copied", Type::integer, false, "files that were copied"},
              {"copied_bytes", Type::integer, false, "of these files"},
              {"unchanged", Type::integer, false, "files of the earlier backup"}};
    case Verb::audit:
      return {{"ts", Type::text, false, "when the answer, or this part of it, was sent"},
              {"request", Type::text, false, "the same for all parts of an answer"},
              {"reader", Type::text, false, "who was shown it"},
              {"peer", Type::text, false, "the client's address; empty on the unix socket"},
              {"verb", Type::text, false, "the verb"},
              {"subject", Type::text, false, "whose rights an admin changed"},
              {"id", Type::array, false, "hashes of the IDs that were asked for"},
              {"filters", Type::object, false, "an array of hashes of values by filter"},
              {"from", Type::text, false, "the beginning of the request's period"},
              {"to", Type::text, false, "its end"},
              {"bytes", Type::integer, false, "bytes of the rows, before compression"},
              {"refs", Type::array, false, "the calls whose contents were shown"}};
    case Verb::explain:
      return {{"step", Type::text, false, "one step of the plan"}};
    case Verb::help:
      return {{"help", Type::text, false, "one line of the guide"}};
    default:
      return {};
  }
}

bool has_named_members(Verb verb) {
  return verb == Verb::activity || verb == Verb::top || verb == Verb::export_calls ||
         verb == Verb::status;
}

std::vector<MemberWords> summary_members(Verb verb) {
  switch (verb) {
    case Verb::activity:
      return Members{
                 kCallsMember, kErrorsMember,
                 kRateMember,  {"step", Type::text, false, "the length of the buckets"},
                 kQuantiles,   {"quantiles_basis", Type::text, false, "the durations' source"}} +
             of_counts() + of_period();
    case Verb::logs:
      return Members{kCallsMember, kNextMember} + of_period();
    case Verb::show:
      return Members{kCallsMember, kMoreMember} + of_period();
    case Verb::find:
      return Members{kCallsMember,
                     kMoreMember,
                     {"tried", Type::integer, false, "how many words were tried"},
                     {"tokens", Type::array, false, "the words that are IDs"}} +
             of_period();
    case Verb::follow:
      return {kCallsMember, kMissedMember};
    case Verb::job:
      return Members{kCallsMember, kErrorsMember, kRateMember, kMoreMember} + of_period();
    case Verb::top:
    case Verb::values:
      return Members{kValuesMember, kCallsMember, kErrorsMember, kRateMember} + of_counts() +
             of_period();
    case Verb::errors:
      return Members{{"groups", Type::integer, false, "the number of groups"},
                     kErrorsMember,
                     {"errors_from", Type::text, false, "from when on errors are counted by code"},
                     kLateMember,
                     kRoundedMember,
                     kBasisMember,
                     kPreviousPeriod} +
             of_period();
    case Verb::twin:
    case Verb::export_calls:
      return Members{kCallsMember} + of_period();
    case Verb::erase:
      return {{"complete", Type::boolean, false, "whether nothing that was asked for is missing"},
              {"damaged", Type::integer, false, "blocks and files that couldn't be read"}};
    case Verb::erasures:
      return {{"erasures", Type::integer, false, "the number of all erasures"}};
    case Verb::sources:
      return {{"sources", Type::integer, false, "the number of sources"},
              {"files", Type::integer, false, "the number of their files"}};
    case Verb::rejects:
      return Members{{"rejects", Type::integer, false, "the number of rows"}, kNextMember} +
             of_period();
    case Verb::audit:
      return Members{{"records", Type::integer, false, "the number of rows"}, kNextMember} +
             of_period();
    case Verb::explain:
      return Members{{"verb", Type::text, false, "the verb of the plan"},
                     {"days", Type::integer, false, "days that exist"},
                     {"blocks", Type::integer, false, "blocks that exist"},
                     {"blocks_to_read", Type::integer, false, "blocks that would be read"},
                     {"bytes_to_read", Type::integer, false, "bytes that would be read"}} +
             of_period();
    default:
      return {};
  }
}

}  // namespace fortnight::query
