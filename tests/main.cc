#define BOOST_TEST_MODULE fortnight
#include <boost/test/unit_test.hpp>
