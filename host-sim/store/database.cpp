#include "host-sim/store/database.hpp"

#include <algorithm>
#include <unordered_map>

#include "host-sim/store/database_session.hpp"
#include "host-sim/store/sql_text.hpp"
#include "sdk/common/number.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::store {

// A statement with the buffers that it stays bound to.
struct PreparedStatement {
  explicit PreparedStatement(soci::session& session) : statement(session) {}

  soci::statement statement;
  std::vector<std::string> values;
  std::vector<soci::indicator> value_indicators;
  std::vector<std::string> fields;
  std::vector<soci::indicator> field_indicators;
  std::vector<Field> row;
  bool busy = false;

  void prepare(std::string_view sql, std::size_t columns, bool planned_once) {
    std::size_t count = 0;
    const std::string text = with_named_parameters(sql, count);
    values.resize(count);
    value_indicators.assign(count, soci::i_null);
    fields.resize(columns);
    field_indicators.assign(columns, soci::i_null);
    row.resize(columns);
    statement.alloc();
    statement.prepare(text, planned_once ? soci::details::st_repeatable_query : soci::details::st_one_time_query);
    for (std::size_t i = 0; i < columns; ++i) statement.exchange(soci::into(fields[i], field_indicators[i]));
    for (std::size_t i = 0; i < count; ++i) statement.exchange(soci::use(values[i], value_indicators[i]));
    statement.define_and_bind();
  }

  void bind(std::span<const Param> params) {
    if (params.size() != values.size())
      throw Error(Status::internal,
                  "a statement with " + std::to_string(values.size()) + " parameters was given " + std::to_string(params.size()));
    for (std::size_t i = 0; i < params.size(); ++i) {
      value_indicators[i] = params[i] ? soci::i_ok : soci::i_null;
      if (params[i])
        values[i].assign(*params[i]);
      else
        values[i].clear();
    }
  }

  std::span<Field> take_row() {
    for (std::size_t i = 0; i < fields.size(); ++i) {
      if (field_indicators[i] == soci::i_null)
        row[i].reset();
      else
        row[i].emplace(std::move(fields[i]));
      fields[i].clear();
    }
    return row;
  }
};

struct TextHash {
  using is_transparent = void;
  std::size_t operator()(std::string_view s) const { return std::hash<std::string_view>{}(s); }
};

namespace {

constexpr std::size_t rows_worth_freeing = 1000;
// PostgreSQL plans a prepared statement once, perhaps while the table is still empty. Lists from this size on are worth a new plan each
// time.
constexpr std::size_t list_size_worth_planning = 64;

class CountedVisit {
 public:
  explicit CountedVisit(int& counter) : counter_(++counter) {}
  ~CountedVisit() { --counter_; }
  CountedVisit(const CountedVisit&) = delete;
  CountedVisit& operator=(const CountedVisit&) = delete;

 private:
  int& counter_;
};

}  // namespace

struct Database::Impl {
  explicit Impl(std::string url) : session(std::move(url)) {}

  ~Impl() { statements.clear(); }

  DatabaseSession session;
  std::unordered_map<std::string, std::unique_ptr<PreparedStatement>, TextHash, std::equal_to<>> statements;
  std::function<void(std::string_view)> hook;
  bool in_transaction = false;
  bool transaction_failed = false;
  int visiting = 0;  // queries whose rows are being visited

  // Runs work with SOCI. A prepared statement (`key`) that failed is dropped, but only after the error has been read, which dropping it may
  // change.
  template <class Work>
  void guarded(const Work& work, std::string_view key = {}) {
    try {
      work();
    } catch (const soci::soci_error& e) {
      const Error error = session.error_of(e);
      after_failure(key);
      throw error;
    } catch (...) {
      after_failure(key);
      throw;
    }
  }

  void after_failure(std::string_view key) {
    transaction_failed = true;
    if (const auto found = statements.find(key); found != statements.end()) statements.erase(found);
  }

  void before_statement(std::string_view sql) {
    if (session.is_lost()) {
      if (in_transaction || visiting > 0) throw session.lost_connection();
      statements.clear();
      session.reopen();
    }
    if (in_transaction && transaction_failed) throw Error(Status::internal, "a failed transaction can only be rolled back");
    if (hook) {
      try {
        hook(sql);
      } catch (...) {
        transaction_failed = true;
        throw;
      }
    }
  }

  template <class Make>
  PreparedStatement& prepared(std::string_view key, std::size_t columns, const Make& make_sql, bool planned_once = true) {
    auto found = statements.find(key);
    if (found == statements.end()) {
      auto added = std::make_unique<PreparedStatement>(session.soci());
      added->prepare(make_sql(), columns, planned_once);
      found = statements.emplace(std::string(key), std::move(added)).first;
    }
    return *found->second;
  }

  void refuse_reentry(std::string_view key) {
    if (const auto found = statements.find(key); found != statements.end() && found->second->busy)
      throw Error(Status::internal, "a statement was run again while its rows were being visited");
  }

  template <class Make>
  std::int64_t execute(std::string_view key, std::span<const Param> params, const Make& make_sql) {
    refuse_reentry(key);
    before_statement(key);
    std::int64_t affected = 0;
    guarded(
        [&] {
          PreparedStatement& statement = prepared(key, 0, make_sql);
          statement.bind(params);
          statement.statement.execute(true);
          affected = statement.statement.get_affected_rows();
        },
        key);
    return affected;
  }

  template <class Make>
  void select(std::string_view key, std::span<const Param> params, std::size_t columns, const Visit& visit, const Make& make_sql,
              bool planned_once = true) {
    refuse_reentry(key);
    before_statement(key);
    std::size_t rows = 0;
    const CountedVisit counted(visiting);
    guarded(
        [&] {
          PreparedStatement& statement = prepared(key, columns, make_sql, planned_once);
          if (statement.fields.size() != columns)
            throw Error(Status::internal, "a query was asked for another number of columns than before");
          statement.bind(params);
          statement.busy = true;
          for (bool more = statement.statement.execute(true); more; more = statement.statement.fetch()) {
            ++rows;
            visit(statement.take_row());
          }
          statement.busy = false;
        },
        key);
    if (rows > rows_worth_freeing) statements.erase(statements.find(key));  // on PostgreSQL it would keep them all
  }

  void once(const std::string& sql) {
    guarded([&] { session.soci().once << sql; });
  }

  void finish_transaction() noexcept {
    in_transaction = false;
    transaction_failed = false;
  }
};

Database::Database(std::string url) : impl_(std::make_unique<Impl>(std::move(url))) {}
Database::~Database() = default;
Database::Database(Database&&) noexcept = default;
Database& Database::operator=(Database&&) noexcept = default;

Backend Database::backend() const { return impl_->session.parsed().backend; }
const std::string& Database::url() const { return impl_->session.url(); }
std::string Database::url_for_people() const { return impl_->session.parsed().for_people; }
bool Database::in_transaction() const { return impl_->in_transaction; }
void Database::set_statement_hook(std::function<void(std::string_view)> hook) { impl_->hook = std::move(hook); }

std::int64_t Database::execute(std::string_view sql, std::span<const Param> params) {
  return impl_->execute(sql, params, [sql] { return sql; });
}

void Database::select(std::string_view sql, std::span<const Param> params, std::size_t columns, const Visit& visit) {
  impl_->select(sql, params, columns, visit, [sql] { return sql; });
}

void Database::select_in(std::string_view sql, std::span<const Param> before, std::span<const std::string_view> list, std::size_t columns,
                         const Visit& visit) {
  std::vector<Param> params;
  while (!list.empty()) {
    const std::size_t size = list_size_for(list.size());
    const auto part = list.first(std::min(size, list.size()));
    params.assign(before.begin(), before.end());
    params.insert(params.end(), part.begin(), part.end());
    params.resize(before.size() + size, Param(part.back()));
    impl_->select(
        std::string(sql) + '#' + std::to_string(size), params, columns, visit, [&] { return with_list(sql, size); },
        size < list_size_worth_planning);
    list = list.subspan(part.size());
  }
}

std::int64_t Database::insert_many(std::string_view table, std::string_view columns, std::span<const Param> values,
                                   std::string_view suffix) {
  const std::size_t width = column_count(columns);
  if (values.size() % width != 0) throw Error(Status::internal, "rows of another length than the columns");
  std::int64_t written = 0;
  while (!values.empty()) {
    const std::size_t rows = insert_size_for(values.size() / width);
    std::string key = "INSERT INTO ";
    key.append(table).append(" (").append(columns).append(") ").append(suffix).append("#").append(std::to_string(rows));
    written += impl_->execute(key, values.first(rows * width), [&] { return insert_sql(table, columns, rows, suffix); });
    values = values.subspan(rows * width);
  }
  return written;
}

void Database::execute_once(std::string_view sql) {
  impl_->before_statement(sql);
  impl_->once(std::string(sql));
}

Transaction::Transaction(Database& db) : db_(db) {
  auto& impl = *db_.impl_;
  if (impl.in_transaction) throw Error(Status::internal, "a transaction was begun within another one");
  const std::string begin = impl.session.parsed().backend == Backend::sqlite ? "BEGIN IMMEDIATE" : "BEGIN";
  impl.transaction_failed = false;
  impl.before_statement(begin);
  impl.once(begin);
  impl.in_transaction = true;
  impl.transaction_failed = false;
}

Transaction::~Transaction() { rollback(); }

void Transaction::commit() {
  auto& impl = *db_.impl_;
  impl.before_statement("COMMIT");
  impl.once("COMMIT");
  open_ = false;
  impl.finish_transaction();
}

void Transaction::rollback() noexcept {
  if (!open_) return;
  open_ = false;
  auto& impl = *db_.impl_;
  try {
    impl.session.rollback();
  } catch (...) {
    impl.session.set_lost();  // its state is unknown: the next use opens another session, which also ends the transaction
  }
  impl.finish_transaction();
}

bool bool_of(const Field& field) { return field && (*field == "1" || *field == "t" || *field == "true"); }

std::int64_t integer_of(const Field& field) {
  if (!field) return 0;
  const auto value = number_from<std::int64_t>(*field);
  if (!value) throw Error(Status::internal, "the database holds \"" + *field + "\" where a number belongs");
  return *value;
}

std::optional<Time> time_of(const Field& field) {
  if (!field) return std::nullopt;
  const auto time = parse_time(*field);
  if (!time) throw Error(Status::internal, "the database holds \"" + *field + "\" where a time belongs");
  return time;
}

}  // namespace picket::store
