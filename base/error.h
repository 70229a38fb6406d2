// The only error type of the engine and of everything built on it.
//
// Errors that a caller can meet are values: functions that may fail return Result<T>. Exceptions
// are for bugs and for start-up.
#pragma once

#include <boost/system/result.hpp>
#include <string>
#include <utility>

namespace fortnight {

enum class ErrorCode {
  io,           // the operating system reported an error; `message` has its text
  no_space,     // ENOSPC or EDQUOT: space may be freed later
  not_found,    // no such file, day, call
  corrupt,      // the bytes on disk are not those that were written
  unsupported,  // written by a newer version: an incompatible feature bit is set
  invalid,      // the caller's arguments make no sense
  limit,        // a budget or a configured limit was reached
  cancelled,    // the caller asked to stop
  locked,       // another process holds the data directory
};

struct Error {
  ErrorCode code;
  std::string message;  // for people: what failed, on which file, and why

  // Returns the same error with `where` before its message: "part 000012.part: ...".
  [[nodiscard]] Error within(const std::string& where) const {
    return Error{code, where + ": " + message};
  }
};

// Makes Result<T>::value() throw an exception with a message, for errors that are bugs.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location&);

template <typename T>
using Result = boost::system::result<T, Error>;

inline Error io_error(std::string message) { return {ErrorCode::io, std::move(message)}; }
inline Error corrupt(std::string message) { return {ErrorCode::corrupt, std::move(message)}; }

}  // namespace fortnight

// Evaluates `expression`, a Result. If it has an error, the enclosing function returns it.
#define FORTNIGHT_TRY(expression)                              \
  do {                                                         \
    if (auto fortnight_try_ = (expression); !fortnight_try_) { \
      return fortnight_try_.error();                           \
    }                                                          \
  } while (false)

#define FORTNIGHT_CONCAT_INNER(a, b) a##b
#define FORTNIGHT_CONCAT(a, b) FORTNIGHT_CONCAT_INNER(a, b)
#define FORTNIGHT_ASSIGN_INNER(temporary, target, expression) \
  auto temporary = (expression);                              \
  if (!temporary) return temporary.error();                   \
  target = std::move(*temporary)

// `FORTNIGHT_ASSIGN(auto x, f())` sets x to f()'s value, or returns f()'s error.
#define FORTNIGHT_ASSIGN(target, expression) \
  FORTNIGHT_ASSIGN_INNER(FORTNIGHT_CONCAT(fortnight_assign_, __LINE__), target, expression)
