#include "base/error.h"

#include <boost/throw_exception.hpp>
#include <stdexcept>

namespace fortnight {

void throw_exception_from_error(const Error& error, const boost::source_location& where) {
  boost::throw_exception(std::runtime_error(error.message), where);
}

}  // namespace fortnight
