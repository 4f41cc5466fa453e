#include "host-sim/store/sql_text.hpp"

#include <doctest/doctest.h>

#include "host-sim/store/database_url.hpp"

using namespace picket::store;

TEST_CASE("parameters get names, those within quotes stay") {
  std::size_t count = 0;
  CHECK(with_named_parameters("SELECT a FROM b WHERE c = ? AND d = '?' AND e IN (?, ?)", count) ==
        "SELECT a FROM b WHERE c = :p1 AND d = '?' AND e IN (:p2, :p3)");
  CHECK(count == 3);
}

TEST_CASE("lists come in few sizes") {
  for (const auto& [count, size] : {std::pair{1, 1}, {2, 8}, {8, 8}, {9, 64}, {64, 64}, {65, 512}, {512, 512}, {5000, 512}})
    CHECK(list_size_for(static_cast<std::size_t>(count)) == static_cast<std::size_t>(size));
  for (const auto& [count, size] : {std::pair{1, 1}, {7, 1}, {8, 8}, {63, 8}, {64, 64}, {500, 64}})
    CHECK(insert_size_for(static_cast<std::size_t>(count)) == static_cast<std::size_t>(size));
  CHECK(with_list("a IN (?...) b", 3) == "a IN (?, ?, ?) b");
  CHECK(insert_sql("t", "a, b", 2, "x") == "INSERT INTO t (a, b) VALUES (?, ?), (?, ?) x");
}

TEST_CASE("a password of a database URL is never shown") {
  for (const std::string url : {"postgresql://u:s3cret@h/db", "postgres://u:s3cret@h:5432/db?sslmode=require",
                                "postgresql://u@h/db?password=s3cret", "postgresql://u@h/db?a=b&password=s3cret&c=d"}) {
    CAPTURE(url);
    const auto parsed = parse_database_url(url);
    CHECK(parsed.for_people.find("s3cret") == std::string::npos);
    CHECK(parsed.connect.find("s3cret") != std::string::npos);
    CHECK(without_password("x s3cret y s3cret", url) == "x *** y ***");
  }
  CHECK(parse_database_url("postgresql://u@h/db").for_people == "postgresql://u@h/db");
  CHECK_THROWS_AS((void)parse_database_url("mysql://u:s3cret@h/db"), picket::Error);
  CHECK_THROWS_AS((void)parse_database_url("sqlite:"), picket::Error);
}
