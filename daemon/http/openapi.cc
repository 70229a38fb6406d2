#include "daemon/http/openapi.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/ascii.h"
#include "base/json_writer.h"
#include "daemon/http/api_request.h"
#include "daemon/http/session_routes.h"
#include "query/members.h"

namespace fortnight::daemon {
namespace {

using query::MemberType;
using query::MemberWords;
using query::Verb;
using query::VerbWords;

std::string_view name_of(MemberType type) {
  constexpr std::string_view kNames[] = {"string",  "integer", "number",
                                         "boolean", "object",  "array"};
  return kNames[static_cast<std::size_t>(type)];
}

// A route of a verb.
struct Described {
  const VerbWords& words;
  std::string path;
  std::string id;            // of the operation
  std::string_view in_path;  // the name of the path's parameter; empty if there is none
  bool explains = false;
  bool by_ref = false;  // the call's ref is in the path, and there are no other parameters
};

class Document {
 public:
  explicit Document(const query::Context& context) : context_(context) {}

  std::string make() {
    json_.open_object().key("openapi").text("3.1.0");
    json_.key("info").open_object().key("title").text("Fortnight");
    json_.key("version").text(FORTNIGHT_VERSION);
    json_.key("description")
        .text(
            "Calls of an API, kept for 14 days, and their counts, kept for ever. Parameters and "
            "rows "
            "are those of the line protocol: docs/protocol.md describes them, docs/http-api.md the "
            "rest.");
    json_.close_object();
    json_.key("servers").open_array().open_object().key("url").text("/").close_object();
    json_.close_array().key("paths").open_object();
    for (const VerbWords& words : query::verbs()) {
      if (has_route(words)) write_routes(words);
    }
    write_session_routes();
    json_.close_object();
    write_components();
    json_.close_object();
    return std::move(text_);
  }

 private:
  // Routes of one path follow each other.
  void write_session_routes() {
    std::string_view path;
    for (const SessionRoute& route : session_routes()) {
      if (route.path != path) {
        if (!path.empty()) json_.close_object();
        path = route.path;
        json_.key(path).open_object();
      }
      json_.key(lower(route.method)).open_object();
      json_.key("operationId").text(route.id).key("summary").text(route.gist);
      if (!route.members.empty()) write_session_body(route);
      write_session_responses(route);
      json_.close_object();
    }
    json_.close_object();
  }

  void write_session_body(const SessionRoute& route) {
    json_.key("requestBody").open_object().key("required").boolean(true);
    json_.key("content").open_object().key("application/json").open_object();
    json_.key("schema").open_object().key("type").text("object");
    json_.key("properties").open_object();
    for (const SessionMember& member : route.members) {
      json_.key(member.name).open_object().key("type").text("string");
      json_.key("description").text(member.gist).close_object();
    }
    json_.close_object();
    if (!route.alternatives) {
      json_.key("required").open_array();
      for (const SessionMember& member : route.members) json_.text(member.name);
      json_.close_array();
    }
    json_.key("additionalProperties").boolean(false).close_object();
    json_.close_object().close_object().close_object();
  }

  void write_session_responses(const SessionRoute& route) {
    json_.key("responses").open_object();
    if (route.method == "DELETE") {
      json_.key("204").open_object().key("description").text("it has ended").close_object();
    } else {
      json_.key("200").open_object().key("description").text(route.gist).key("content");
      json_.open_object().key("application/json").open_object().key("schema");
      write_members(session_members(route.action), false);
      json_.close_object().close_object().close_object();
    }
    json_.key("default").open_object().key("$ref").text("#/components/responses/Problem");
    json_.close_object().close_object();
  }

  static std::vector<MemberWords> session_members(SessionAction action) {
    if (action == SessionAction::begin_enrolment) {
      return {
          {"secret", MemberType::text, false, "of the authenticator app, in base32"},
          {"uri", MemberType::text, false, "the same as an address for a QR code"},
          {"qr", MemberType::array, false, "rows of the QR code: 1 is dark, 0 is light"},
      };
    }
    std::vector<MemberWords> members = {
        {"required", MemberType::boolean, false, "whether reading needs an identity"},
        {"state", MemberType::text, false,
         "what comes next: signed-out, factor, new-password, enrol; or signed-in"},
        {"name", MemberType::text, false, "who signs in, or has signed in"},
        {"rights", MemberType::array, false, "what the client's requests may read"},
        {"accounts", MemberType::array, true, "the accounts that they see; null: all"},
        {"second_factor", MemberType::boolean, false, "whether one was given"},
        {"recovery_codes", MemberType::integer, false, "how many are left"},
        {"fresh", MemberType::boolean, false, "whether an authenticator app can be set up"},
        {"ends", MemberType::text, false, "when the session ends at the latest"},
    };
    if (action == SessionAction::confirm_enrolment) {
      members.push_back(
          {"new_recovery_codes", MemberType::array, false, "shown once, and replace all others"});
    }
    return members;
  }

  void write_routes(const VerbWords& words) {
    const std::string base = std::string(kApiRoot) + route_name(words);
    if (words.verb == Verb::explain) {
      for (const VerbWords& explained : query::verbs()) {
        if (!explained.filters) continue;
        const std::string name = route_name(explained);
        write_route({explained, fmt::format("{}/{}", base, name), "explain_" + name, {}, true});
      }
      return;
    }
    if (words.verb == Verb::twin) {
      return write_route(
          {words, std::string(kApiRoot) + "calls/{ref}/twin", "twin", "ref", false, true});
    }
    if (words.verb != Verb::job) write_route({words, base, route_name(words), {}});
    if (words.alone != 0 && words.verb != Verb::find) {
      write_route({words, fmt::format("{}/{{{}}}", base, words.argument),
                   fmt::format("{}_by_{}", route_name(words), words.argument), words.argument});
    }
    if (words.verb == Verb::show) {
      write_route({words, std::string(kApiRoot) + "calls/{ref}", "call", "ref", false, true});
    }
  }

  void write_route(const Described& route) {
    json_.key(route.path).open_object();
    if (!changes_calls(route.words)) write_operation(route, "get");
    if (!route.by_ref) write_operation(route, "post");
    json_.close_object();
  }

  void write_operation(const Described& route, std::string_view method) {
    const bool post = method == "post";
    json_.key(method).open_object();
    json_.key("operationId").text(post ? "post_" + route.id : route.id);
    json_.key("summary").text(route.explains ? "what the request would read" : route.words.gist);
    json_.key("parameters").open_array();
    if (!route.in_path.empty()) write_parameter(route.in_path, "path", true, {});
    if (!post && !route.by_ref) write_query_parameters(route.words);
    json_.close_array();
    if (post) write_body(route.words);
    write_responses(route);
    json_.close_object();
  }

  void write_parameter(std::string_view name, std::string_view in, bool required,
                       std::string_view gist) {
    json_.open_object().key("name").text(name).key("in").text(in);
    if (required) json_.key("required").boolean(true);
    if (!gist.empty()) json_.key("description").text(gist);
    json_.key("schema");
    write_schema_of_option(name);
    json_.close_object();
  }

  void write_schema_of_option(std::string_view name) {
    json_.open_object().key("type").text("string");
    const auto& choices = query::choices_of(name);
    // `source` and `reason` take several values and patterns.
    if (!choices.empty() && name != "reason") {
      json_.key("enum").open_array();
      for (const std::string_view choice : choices) json_.text(choice);
      json_.close_array();
    }
    json_.close_object();
  }

  // The names of the verb's options and filters.
  [[nodiscard]] std::vector<std::string_view> names_of(const VerbWords& words) const {
    std::vector<std::string_view> names = words.options;
    if (words.verb == Verb::find) names.push_back(words.argument);
    if (!words.filters) return names;
    for (const std::string_view name : query::filter_names(context_)) {
      if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
    }
    return names;
  }
  static std::string_view gist_of(const VerbWords& words, std::string_view name) {
    const bool option =
        std::find(words.options.begin(), words.options.end(), name) != words.options.end();
    if (option) return query::option_gist(name);
    return words.verb == Verb::find ? "what was pasted" : "a filter; several values, * and != too";
  }

  void write_query_parameters(const VerbWords& words) {
    for (const std::string_view name : names_of(words)) {
      write_parameter(name, "query", false, gist_of(words, name));
    }
    if (!words.filters) return;
    json_.open_object().key("name").text("pointers").key("in").text("query");
    json_.key("description").text("JSON pointers as filters: /request/headers/user-agent=*axios*");
    json_.key("style").text("form").key("explode").boolean(true);
    json_.key("schema").open_object().key("type").text("object");
    json_.key("additionalProperties").open_object().key("type").text("string").close_object();
    json_.close_object().close_object();
  }

  void write_body(const VerbWords& words) {
    json_.key("requestBody").open_object().key("content").open_object();
    for (const std::string_view type : {"application/json", "application/x-www-form-urlencoded"}) {
      json_.key(type).open_object().key("schema").open_object().key("type").text("object");
      json_.key("properties").open_object();
      for (const std::string_view name : names_of(words)) {
        json_.key(name).open_object().key("description").text(gist_of(words, name));
        json_.close_object();
      }
      json_.close_object().close_object().close_object();
    }
    json_.close_object().close_object();
  }

  void write_responses(const Described& route) {
    const VerbWords& words = route.words;
    const Verb verb = route.explains ? Verb::explain : words.verb;
    json_.key("responses").open_object().key("200").open_object();
    json_.key("description").text("rows and a summary").key("content").open_object();
    Route described;
    described.words = &words;
    described.explains = route.explains;
    const std::vector<Media> offered = media_offered(described, true);
    for (const Media media : offered) {
      json_.key(daemon::name_of(media)).open_object().key("schema");
      write_answer_schema(verb, media);
      json_.close_object();
    }
    json_.close_object().close_object();
    json_.key("default").open_object().key("$ref").text("#/components/responses/Problem");
    json_.close_object().close_object();
  }

  void write_answer_schema(Verb verb, Media media) {
    if (media != Media::json) {
      json_.open_object().key("type").text("string").close_object();
      return;
    }
    json_.open_object().key("type").text("object");
    json_.key("required").open_array().text("rows").close_array();
    json_.key("properties").open_object();
    json_.key("rows").open_object().key("type").text("array").key("items");
    write_members(query::row_members(verb), query::has_named_members(verb));
    json_.close_object().key("summary");
    write_members(query::summary_members(verb), false);
    json_.key("error").open_object().key("$ref").text("#/components/schemas/Problem");
    json_.close_object().close_object().close_object();
  }

  void write_members(const std::vector<MemberWords>& members, bool others) {
    json_.open_object().key("type").text("object").key("properties").open_object();
    for (const MemberWords& member : members) {
      json_.key(member.name).open_object().key("type");
      if (member.nullable) {
        json_.open_array().text(name_of(member.type)).text("null").close_array();
      } else {
        json_.text(name_of(member.type));
      }
      json_.key("description").text(member.gist).close_object();
    }
    json_.close_object();
    json_.key("additionalProperties").boolean(others).close_object();
  }

  void write_components() {
    static const std::vector<MemberWords> problem = {
        {"type", MemberType::text, false, "about:blank"},
        {"title", MemberType::text, false, "the status in words"},
        {"status", MemberType::integer, false, "the HTTP status"},
        {"detail", MemberType::text, false, "what is wrong, and what was expected"},
        {"code", MemberType::text, false, "one word, for programs"},
        {"column", MemberType::integer, false, "where the error is in `request`, from 1, in bytes"},
        {"nearest", MemberType::text, false, "the nearest known name"},
        {"parameter", MemberType::text, false, "the parameter at the column"},
        {"request", MemberType::text, false, "the request as a line of the line protocol"},
        {"counts", MemberType::text, false, "a link to the counts of a dropped call's day"},
    };
    json_.key("components").open_object().key("schemas").open_object().key("Problem");
    write_members(problem, false);
    json_.close_object();
    json_.key("responses").open_object().key("Problem").open_object();
    json_.key("description").text("an error (RFC 9457)").key("content").open_object();
    json_.key("application/problem+json").open_object().key("schema").open_object();
    json_.key("$ref").text("#/components/schemas/Problem");
    json_.close_object().close_object().close_object().close_object().close_object().close_object();
  }

  const query::Context& context_;
  std::string text_;
  JsonWriter json_{text_};
};

}  // namespace

std::string openapi_json(const query::Context& context) { return Document(context).make(); }

}  // namespace fortnight::daemon
