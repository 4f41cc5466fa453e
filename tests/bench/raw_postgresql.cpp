#include <libpq-fe.h>

#include <stdexcept>

#include "tests/bench/raw_database.hpp"

namespace picket::bench {
namespace {

using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

// "?" -> "$1", "$2", ...
std::string with_numbers(const std::string& sql) {
  std::string text;
  int count = 0;
  for (const char c : sql) {
    if (c == '?')
      text += "$" + std::to_string(++count);
    else
      text += c;
  }
  return text;
}

class RawPostgresql final : public RawDatabase {
 public:
  explicit RawPostgresql(const std::string& url) : connection_(PQconnectdb(url.c_str())) {
    if (PQstatus(connection_) != CONNECTION_OK) fail();
    expect(PQexec(connection_, "SET client_min_messages = warning"));
  }
  ~RawPostgresql() override { PQfinish(connection_); }

  void begin() override { expect(PQexec(connection_, "BEGIN")); }
  void commit() override { expect(PQexec(connection_, "COMMIT")); }

  std::size_t prepare(const std::string& sql) override {
    names_.push_back("s" + std::to_string(names_.size()));
    expect(PQprepare(connection_, names_.back().c_str(), with_numbers(sql).c_str(), 0, nullptr));
    return names_.size() - 1;
  }

  std::vector<Row> run(std::size_t number, std::span<const Value> parameters = {}) override {
    std::vector<const char*> values;
    for (const Value& value : parameters) values.push_back(value ? value->c_str() : nullptr);
    const Result result =
        expect(PQexecPrepared(connection_, names_.at(number).c_str(), static_cast<int>(values.size()), values.data(), nullptr, nullptr, 0));
    std::vector<Row> rows;
    for (int r = 0; r < PQntuples(result.get()); ++r) {
      Row& row = rows.emplace_back();
      for (int c = 0; c < PQnfields(result.get()); ++c)
        row.push_back(PQgetisnull(result.get(), r, c) ? Value{} : Value(PQgetvalue(result.get(), r, c)));
    }
    return rows;
  }

 private:
  Result expect(PGresult* raw) const {
    Result result(raw, &PQclear);
    const ExecStatusType status = PQresultStatus(raw);
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) fail();
    return result;
  }
  [[noreturn]] void fail() const { throw std::runtime_error(std::string("PostgreSQL: ") + PQerrorMessage(connection_)); }

  PGconn* connection_;
  std::vector<std::string> names_;
};

}  // namespace

std::unique_ptr<RawDatabase> open_raw_postgresql(const std::string& url) { return std::make_unique<RawPostgresql>(url); }

}  // namespace picket::bench
