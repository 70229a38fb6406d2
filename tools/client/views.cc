#include "tools/client/views.h"

#include <algorithm>

#include "access/qr_code.h"
#include "base/ascii.h"
#include "base/number_text.h"
#include "tools/client/activity_view.h"
#include "tools/client/call_view.h"
#include "tools/client/cells.h"
#include "tools/client/json.h"
#include "tools/client/pretty_json.h"
#include "tools/client/status_view.h"
#include "tools/client/summary_view.h"
#include "tools/client/table.h"

namespace fortnight::client {
namespace {

// From this width on calls are named by their call_id; below it by their ref, which is shorter.
constexpr std::size_t kLongNames = 120;
constexpr std::size_t kLongNamesOfErrors = 150;
// From this width on there is room for the time of an error's first call.
constexpr std::size_t kBothTimes = 110;

bool is_number(std::string_view json) {
  return !json.empty() && (json[0] == '-' || is_digit(json[0]));
}

// The row's members, and those of its `values`, which have the names of JSON pointers.
std::vector<Member> cells_of(const std::string& row) {
  std::vector<Member> members = members_of(row);
  for (Member& value : members_of(member_of(row, "values"))) members.push_back(std::move(value));
  return members;
}

// A column for each of `keys`. `absent` replaces null.
std::string table_of(const Answer& answer, const std::vector<std::string>& keys,
                     const Terminal& terminal, std::string_view absent = "") {
  std::vector<Column> columns;
  std::vector<std::vector<Cell>> rows;
  for (const std::string& key : keys)
    columns.push_back({heading_of(key), key == "duration_ms", false});
  for (const std::string& row : answer.rows) {
    std::vector<Cell> cells(keys.size());
    for (const Member& member : cells_of(row)) {
      const auto at =
          static_cast<std::size_t>(std::find(keys.begin(), keys.end(), member.key) - keys.begin());
      if (at == keys.size()) continue;
      cells[at] = cell_of(member.key, member.value, terminal);
      if (member.value == "null") {
        cells[at].text = member.key == "previous_rank" ? "new" : absent;
      }
      if (is_number(member.value) && member.key != "status") columns[at].right = true;
      const bool short_word = member.key == "stage" || member.key == "method";
      if (!is_number(member.value)) columns[at].elastic = !is_time(member.key) && !short_word;
    }
    rows.push_back(std::move(cells));
  }
  // IDs aren't shortened: a shortened one can't be looked up.
  for (Column& column : columns) {
    if (column.heading == "call_id" || column.heading == "ref") column.elastic = false;
  }
  Table table(std::move(columns));
  for (auto& row : rows) table.add(std::move(row));
  return table.render(terminal);
}

std::vector<std::string> keys_of(const Answer& answer) {
  std::vector<std::string> keys;
  for (const std::string& row : answer.rows) {
    for (const Member& member : members_of(row)) {
      if (std::find(keys.begin(), keys.end(), member.key) == keys.end()) keys.push_back(member.key);
    }
  }
  return keys;
}

// The member that names calls: "ref", which all have, or call_id if all have one and it fits.
std::string name_of_calls(const Answer& answer, bool room) {
  const bool all = std::all_of(answer.rows.begin(), answer.rows.end(), [](const auto& row) {
    return !text_of(member_of(row, "call_id")).empty();
  });
  return all && room ? "call_id" : "ref";
}

// How to show one of the calls in full; empty if the IDs make it obvious.
std::string hint(const std::string& name, const Terminal& terminal) {
  if (name != "ref") return {};
  return terminal.styled("One of them whole: fortnight show ref=REF", Style::faint) + "\n";
}

// The command for the next page, if there is one.
std::string more(const Answer& answer, const Terminal& terminal) {
  const std::string next = text_of(member_of(answer.summary, "next"));
  if (next.empty()) return {};
  return terminal.styled("There are more: add cursor=" + next, Style::faint) + "\n";
}

std::string render_errors(const Answer& answer, const Terminal& terminal) {
  const std::string name = name_of_calls(answer, terminal.width >= kLongNamesOfErrors);
  std::vector<std::string> keys = {"endpoint", "status", "code", "calls", "accounts"};
  if (terminal.width >= kBothTimes) keys.push_back("first");
  keys.insert(keys.end(), {"last", name});
  if (!member_of(answer.summary, "previous").empty()) {
    keys.insert(keys.begin() + 4, {"previous_calls", "previous_rank"});
  }
  return table_of(answer, keys, terminal) + compared_with(answer.summary, terminal) +
         hint(name, terminal);
}

std::string render_rejects(const Answer& answer, const Terminal& terminal) {
  return table_of(answer, {"at", "source", "reason", "detail", "offset", "bytes"}, terminal) +
         more(answer, terminal);
}

std::string render_audit(const Answer& answer, const Terminal& terminal) {
  return table_of(answer, {"ts", "reader", "peer", "verb", "subject", "bytes", "refs"}, terminal) +
         more(answer, terminal);
}

std::string render_logs(const Answer& answer, const Terminal& terminal, bool with_stage) {
  const std::string name = name_of_calls(answer, terminal.width >= kLongNames);
  std::vector<std::string> keys = {"ts",     "account",     "method", "path",
                                   "status", "duration_ms", name};
  if (with_stage) keys.insert(keys.begin() + 1, "stage");
  if (!answer.rows.empty()) {
    for (const Member& value : members_of(member_of(answer.rows[0], "values"))) {
      keys.insert(keys.end() - 1, value.key);
    }
  }
  return table_of(answer, keys, terminal) + hint(name, terminal) + more(answer, terminal);
}

std::string render_differences(const std::string& row, const Terminal& terminal) {
  Table table({{"", false, true}, {"this call", false, true}, {"successful call", false, true}});
  for (const std::string& difference : elements_of(member_of(row, "diff"))) {
    const bool varies = member_of(difference, "varies") == "true";
    std::vector<Cell> cells;
    for (const char* const key : {"pointer", "this", "twin"}) {
      const std::string value = member_of(difference, key);
      cells.push_back({value.empty() ? "(absent)" : text_of(value),
                       varies || value.empty() ? Style::faint : Style::plain});
    }
    table.add(std::move(cells));
  }
  const std::string more = text_of(member_of(row, "diff_more"));
  return table.render(terminal) +
         (more.empty() ? "" : terminal.styled("and " + more + " more", Style::faint) + "\n");
}

// For each side, the successful call and the differences; faint where successful calls differ too.
std::string render_twins(const Answer& answer, const Terminal& terminal) {
  std::string out;
  for (const std::string& row : answer.rows) {
    const bool after = text_of(member_of(row, "side")) == "after";
    const std::string ts = cell_of("ts", member_of(row, "ts"), terminal).text;
    if (!out.empty()) out += '\n';
    out += terminal.styled(after ? "The next successful call: " : "The last successful call: ",
                           Style::strong) +
           safe_text(ts) + ", status " + safe_text(text_of(member_of(row, "status"))) + ", ref " +
           safe_text(text_of(member_of(row, "ref"))) + "\n" + render_differences(row, terminal);
  }
  return out;
}

std::string render_shown(const Answer& answer, const Terminal& terminal) {
  std::string out;
  for (const std::string& row : answer.rows) {
    if (!out.empty())
      out += "\n" + std::string(std::min<std::size_t>(terminal.width, 72), '-') + "\n\n";
    out += render_call(row, terminal);
  }
  return out;
}

std::string render_lines(const Answer& answer, std::string_view key, const Terminal& terminal) {
  std::string out;
  for (const std::string& row : answer.rows) {
    const std::string line = text_of(member_of(row, key));
    const bool indented = line.starts_with(' ');
    out += terminal.styled(line, indented ? Style::plain : Style::strong) + "\n";
  }
  return out;
}

// What is missing, by cause.
std::string incompleteness(const Answer& answer, const Terminal& terminal) {
  if (member_of(answer.summary, "complete") != "false") return {};
  std::string out;
  const auto warn = [&](const std::string& text) {
    out += terminal.styled("Incomplete: " + text, Style::warning) + "\n";
  };
  const std::string damaged = text_of(member_of(answer.summary, "damaged"));
  const std::string since = text_of(member_of(answer.summary, "retained_from"));
  if (!damaged.empty()) {
    warn(damaged + (damaged == "1" ? " block or file is" : " blocks or files are") + " damaged.");
  }
  if (!since.empty()) {
    warn("calls before " + since.substr(0, 10) + " (UTC) were dropped.");
  }
  if (out.empty()) warn("something that was asked for is missing.");
  return out;
}

std::string rejected_lines(std::string_view verb, const Answer& answer, const Terminal& terminal) {
  std::string out;
  const auto rejected =
      static_cast<std::uint64_t>(number_of(member_of(answer.summary, "rejected")));
  // For a search without dates, the number of all rejects ever isn't relevant.
  const bool dated = text_of(member_of(answer.summary, "from")).size() +
                         text_of(member_of(answer.summary, "to")).size() >
                     0;
  if (rejected > 0 && verb != "rejects" && (dated || answer.rows.empty())) {
    const char* const lines = rejected == 1 ? " line was" : " lines were";
    out +=
        terminal.styled(with_commas(rejected) + lines + " rejected in this time: fortnight rejects",
                        Style::warning) +
        "\n";
  }
  return out;
}

// Says that nothing was found, in which period, and where the nearest match is.
std::string nothing(const Answer& answer, const Terminal& terminal) {
  std::string out = "No Data Available";
  const std::string from = text_of(member_of(answer.summary, "from"));
  const std::string to = text_of(member_of(answer.summary, "to"));
  const std::string tz = text_of(member_of(answer.summary, "tz"));
  if (!from.empty()) out += " from " + minute_of(from);
  if (!to.empty()) out += " to " + minute_of(to);
  if (!tz.empty()) {
    out += from.empty() && to.empty() ? " in all that is kept" : ", " + safe_text(tz);
  }
  return out + "\n" + nearest_match(answer.summary, terminal);
}

// The texts of an array, separated by commas; `absent` in place of null.
std::string listed(std::string_view json, std::string_view absent) {
  if (json.empty() || json == "null") return std::string(absent);
  std::string out;
  for (const std::string& element : elements_of(json)) {
    if (!out.empty()) out += ',';
    out += safe_text(text_of(element));
  }
  return out;
}

std::string render_tokens(const Answer& answer, const Terminal& terminal) {
  Table table({{"name", false, false},
               {"rights", false, true},
               {"accounts", false, true},
               {"expires", false, false},
               {"last used", false, false}});
  for (const std::string& row : answer.rows) {
    const auto time = [&](std::string_view key, const char* absent) {
      const std::string json = member_of(row, key);
      return json.empty() ? std::string(absent) : minute_of(text_of(json));
    };
    const bool expired = member_of(row, "expired") == "true";
    table.add({{safe_text(text_of(member_of(row, "name")))},
               {listed(member_of(row, "rights"), "")},
               {listed(member_of(row, "accounts"), "all")},
               {expired ? "expired" : time("expires", "never")},
               {time("used", "never")}});
  }
  return table.render(terminal);
}

std::string render_erasures(const Answer& answer, const Terminal& terminal) {
  Table table({{"number", true, false},
               {"at", false, false},
               {"by", false, true},
               {"filter", false, false},
               {"calls", true, false},
               {"rejects", true, false},
               {"off the disk", false, false}});
  for (const std::string& row : answer.rows) {
    const auto number = [&](std::string_view key) {
      return with_commas(static_cast<std::uint64_t>(number_of(member_of(row, key))));
    };
    const std::string finished = member_of(row, "finished");
    table.add({{number("number")},
               {minute_of(text_of(member_of(row, "at")))},
               {safe_text(text_of(member_of(row, "by")))},
               {safe_text(text_of(member_of(row, "filter")))},
               {number("calls")},
               {number("rejects")},
               {finished == "null" ? std::string("pending") : minute_of(text_of(finished))}});
  }
  return table.render(terminal);
}

std::string render_issued(std::string_view row, const Terminal& terminal) {
  return text_of(member_of(row, "token")) + "\n" +
         terminal.styled(
             "This is the only time that the token is shown. Its user sends AUTH TOKEN "
             "to the query port, or Authorization: Bearer TOKEN to the web port.",
             Style::faint) +
         "\n";
}

// How long ago, in the largest unit: "12 s", "3 min".
std::string ago(double seconds) {
  struct Unit {
    double seconds;
    const char* name;
  };
  constexpr Unit kUnits[] = {{86'400, " d"}, {3'600, " h"}, {60, " min"}};
  for (const Unit& unit : kUnits) {
    if (seconds >= 2 * unit.seconds) {
      return std::to_string(static_cast<std::uint64_t>(seconds / unit.seconds)) + unit.name;
    }
  }
  return std::to_string(static_cast<std::uint64_t>(seconds)) + " s";
}

// "begun: a new file"; "continued at 1,234 of app.log: the same file".
std::string decision_text(std::string_view decision) {
  const std::string matched = text_of(member_of(decision, "matched"));
  std::string text = text_of(member_of(decision, "verdict"));
  const auto offset = static_cast<std::uint64_t>(number_of(member_of(decision, "offset")));
  if (offset != 0) text += " at " + with_commas(offset);
  if (!matched.empty() && matched != text_of(member_of(decision, "file"))) text += " of " + matched;
  return text + ": " + text_of(member_of(decision, "why"));
}

std::string render_sources(const Answer& answer, const Terminal& terminal) {
  Table table({{"source", false, false},
               {"file", false, true},
               {"state", false, false},
               {"behind", true, false},
               {"last line", false, false}});
  // Texts that would be cut in a table.
  std::string notes;
  for (const std::string& row : answer.rows) {
    const std::string source = safe_text(text_of(member_of(row, "source")));
    const std::string file = safe_text(text_of(member_of(row, "file")));
    const std::string last = member_of(row, "last_line_s");
    const std::string behind = member_of(row, "behind_bytes");
    table.add({{source},
               {file},
               {text_of(member_of(row, "state"))},
               {behind.empty() ? "" : byte_size(number_of(behind))},
               {is_number(last) ? ago(number_of(last)) + " ago" : "none"}});
    const auto warn = [&](const std::string& about, const std::string& text) {
      notes += terminal.styled(about + ": " + safe_text(text), Style::warning) + "\n";
    };
    for (const std::string& problem : elements_of(member_of(row, "problems"))) {
      warn(source, text_of(problem));
    }
    const std::string warning = member_of(row, "last_warning");
    if (warning.starts_with('{')) {
      warn(source + ", " + minute_of(text_of(member_of(warning, "at"))),
           text_of(member_of(warning, "what")));
    }
    const std::string error = text_of(member_of(row, "last_error"));
    if (!error.empty()) warn(file, error);
    const std::string why = member_of(row, "decision");
    if (why.starts_with('{')) notes += file + ": " + safe_text(decision_text(why)) + "\n";
  }
  return table.render(terminal) + (notes.empty() ? "" : "\n") + notes;
}

std::string render_backup(std::string_view row) {
  const auto number = [&](std::string_view key) {
    return with_commas(static_cast<std::uint64_t>(number_of(member_of(row, key))));
  };
  const std::string size = byte_size(number_of(member_of(row, "bytes")));
  const std::string copied = byte_size(number_of(member_of(row, "copied_bytes")));
  return "Backup in " + safe_text(text_of(member_of(row, "directory"))) + ", as of " +
         text_of(member_of(row, "at")) + "\n" + number("calls") + " calls, " + number("files") +
         " files, " + size + ": " + number("linked") + " files linked, " + number("copied") +
         " copied (" + copied + "), " + number("unchanged") + " as they were\n";
}

std::string render_users(const Answer& answer, const Terminal& terminal) {
  Table table({{"name", false, false},
               {"rights", false, true},
               {"accounts", false, true},
               {"second factor", false, false},
               {"sessions", true, false},
               {"last sign-in", false, false},
               {"", false, false}});
  for (const std::string& row : answer.rows) {
    const bool factor = member_of(row, "second_factor") == "true";
    const std::string used = member_of(row, "used");
    const std::string until = member_of(row, "password_until");
    std::string note;
    if (member_of(row, "disabled") == "true") {
      note = "disabled";
    } else if (!until.empty()) {
      note = "one-time password until " + minute_of(text_of(until));
    }
    table.add({{safe_text(text_of(member_of(row, "name")))},
               {listed(member_of(row, "rights"), "")},
               {listed(member_of(row, "accounts"), "all")},
               {factor ? "yes, " + member_of(row, "recovery_codes") + " recovery codes" : "none"},
               {member_of(row, "sessions")},
               {used.empty() ? "never" : minute_of(text_of(used))},
               {note}});
  }
  return table.render(terminal);
}

// What a person needs to sign in.
std::string render_credentials(const Answer& answer, const Terminal& terminal) {
  if (answer.rows.empty()) return "OK\n";
  const std::string& row = answer.rows[0];
  const std::string password = member_of(row, "password");
  const std::string uri = member_of(row, "totp_uri");
  std::string out;
  if (!password.empty()) {
    const std::string until = minute_of(text_of(member_of(row, "password_until")));
    out += text_of(password) + "\n" +
           terminal.styled(
               "The one-time password, to be replaced at the first sign-in, before " + until + ".",
               Style::faint) +
           "\n";
  }
  if (!uri.empty()) {
    out += "\n" + access::qr_code_for_terminal(access::qr_code(text_of(uri)), terminal.colours) +
           safe_text(text_of(uri)) + "\n" +
           terminal.styled("For an authenticator app.", Style::faint) + "\n\n";
    for (const std::string& code : elements_of(member_of(row, "recovery_codes"))) {
      out += text_of(code) + "\n";
    }
    out +=
        terminal.styled("Recovery codes: each signs in once without the app.", Style::faint) + "\n";
  }
  return out + "\n" + terminal.styled("None of this is shown again.", Style::faint) + "\n";
}

std::string render_body(std::string_view verb, const Answer& answer, const Terminal& terminal) {
  if (verb == "activity") return render_activity(answer, terminal);
  if (verb == "help") return render_lines(answer, "help", terminal);
  if (verb == "explain")
    return render_lines(answer, "step", terminal) + pretty_json(answer.summary, terminal) + "\n";
  if (verb == "ping" || verb == "revoke") return "OK\n";
  if (verb == "user") return render_credentials(answer, terminal);
  if (answer.rows.empty()) return nothing(answer, terminal);
  if (verb == "users") return render_users(answer, terminal);
  if (verb == "status") return render_status(answer.rows[0], terminal);
  if (verb == "logs" || verb == "job" || verb == "find")
    return render_logs(answer, terminal, verb == "job");
  if (verb == "twin") return render_twins(answer, terminal);
  if (verb == "errors") return render_errors(answer, terminal);
  if (verb == "rejects") return render_rejects(answer, terminal);
  if (verb == "audit") return render_audit(answer, terminal);
  if (verb == "show") return render_shown(answer, terminal);
  if (verb == "tokens") return render_tokens(answer, terminal);
  if (verb == "erasures") return render_erasures(answer, terminal);
  if (verb == "sources") return render_sources(answer, terminal);
  if (verb == "backup") return render_backup(answer.rows[0]);
  if (verb == "issue") return render_issued(answer.rows[0], terminal);
  return table_of(answer, keys_of(answer), terminal, "(none)") +
         compared_with(answer.summary, terminal);
}

}  // namespace

std::string render_answer(std::string_view verb, const Answer& answer, const Terminal& terminal) {
  return render_body(verb, answer, terminal) + incompleteness(answer, terminal) +
         rejected_lines(verb, answer, terminal);
}

bool found_nothing(std::string_view verb, std::size_t rows, std::string_view summary) {
  if (verb == "activity") return number_of(member_of(summary, "calls")) == 0;
  return rows == 0 && !member_of(summary, "note").empty();
}

}  // namespace fortnight::client
