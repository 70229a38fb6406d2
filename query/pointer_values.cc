#include "query/pointer_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "query/call_row.h"
#include "query/filters.h"

namespace fortnight::query {

namespace {

// Copies the scalar as the line has it: strings are escaped already.
void write_scalar(const JsonScalar& scalar, JsonWriter& out) {
  out.raw(scalar.is_string ? fmt::format("\"{}\"", scalar.raw) : std::string(scalar.raw));
}

}  // namespace

void write_scalars(std::string_view line, const JsonPointer& pointer, JsonWriter& out) {
  const FoundScalars found = find_scalars(line, pointer);
  if (found.in_array) {
    out.open_array();
    for (const JsonScalar& scalar : found.scalars) write_scalar(scalar, out);
    out.close_array();
  } else if (found.scalars.empty()) {
    out.null();
  } else {
    write_scalar(found.scalars[0], out);
  }
}

RequestError given_twice(const Value& value) {
  return bad_request(value.column, fmt::format("\"{}\" is given twice", value.text));
}

Parsed<PointerValues> PointerValues::of(const ParsedRequest& request) {
  PointerValues values;
  const auto option = request.options.find("with");
  if (option == request.options.end()) return values;
  for (const Value& value : option->second.values) {
    const bool twice = std::any_of(values.pointers_.begin(), values.pointers_.end(),
                                   [&](const Named& named) { return named.name == value.text; });
    if (twice) return given_twice(value);
    if (!value.text.starts_with('/')) {
      return bad_request(value.column, fmt::format("\"{}\" isn't a JSON pointer: expected one that "
                                                   "begins with \"/\"",
                                                   value.text));
    }
    auto pointer = JsonPointer::parse(value.text);
    if (!pointer) return no_pointer(value.column, value.text);
    values.pointers_.push_back({value.text, *std::move(pointer)});
  }
  return values;
}

void PointerValues::prepare(storage::CallQuery& query) const {
  query.with_line = !pointers_.empty();
}

void PointerValues::make_row(storage::CallRecord&& call, const Context& context,
                             std::string& row) const {
  const std::string line = std::exchange(call.line, {});
  JsonWriter json(row);
  json.open_object();
  write_call(call, context, json);
  if (!pointers_.empty()) {
    json.key("values").open_object();
    for (const Named& named : pointers_) {
      json.key(named.name);
      write_scalars(line, named.pointer, json);
    }
    json.close_object();
  }
  json.close_object();
}

}  // namespace fortnight::query
