// What nearly every unit of the tests includes anyway, compiled once.
#include <doctest/doctest.h>

#include "cmake/product_pch.hpp"
