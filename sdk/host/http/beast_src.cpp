// The one translation unit that compiles Asio, its SSL part and Beast: about 30 seconds, once.
#include <boost/asio/impl/src.hpp>
#include <boost/asio/ssl/impl/src.hpp>
#include <boost/beast/src.hpp>
