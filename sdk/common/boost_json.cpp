// Boost.JSON compiled here, position independent: Debian's libboost_json.a is not, and a provider links everything statically.
#include <boost/json/src.hpp>
