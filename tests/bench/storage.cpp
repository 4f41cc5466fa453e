#include <unistd.h>

#include "tests/bench/workplace.hpp"

namespace picket::bench {
namespace {

namespace fs = std::filesystem;

class SqliteStorage final : public Storage {
 public:
  explicit SqliteStorage(const fs::path& folder) : file_(folder / "picket.db"), copy_(folder / "copy.db") {}
  std::string name() const override { return "SQLite"; }
  std::string picket_url() const override { return "sqlite:" + file_.string(); }
  void copy() override { fs::copy_file(file_, copy_); }
  std::unique_ptr<RawDatabase> open() override { return open_raw_sqlite(file_); }
  std::unique_ptr<RawDatabase> open_copy() override { return open_raw_sqlite(copy_); }
  double server_processor_seconds() override { return 0; }

 private:
  fs::path file_;
  fs::path copy_;
};

class PostgresqlStorage final : public Storage {
 public:
  explicit PostgresqlStorage(const std::string& server_url)
      : server_url_(server_url),
        name_("picket_bench_" + std::to_string(getpid())),
        copy_(name_ + "_copy"),
        server_(open_raw_postgresql(server_url)) {
    drop();
    run("CREATE DATABASE " + name_);
    postmaster_ = std::stoi(*server_->run(server_->prepare("SELECT split_part(pg_read_file('postmaster.pid'), E'\\n', 1)")).at(0).at(0));
  }
  ~PostgresqlStorage() override {
    try {
      drop();
    } catch (const std::exception&) {  // the server is temporary as well
    }
  }
  std::string name() const override { return "PostgreSQL"; }
  std::string picket_url() const override { return url_of(name_); }
  void copy() override { run("CREATE DATABASE " + copy_ + " TEMPLATE " + name_); }
  std::unique_ptr<RawDatabase> open() override { return open_raw_postgresql(url_of(name_)); }
  std::unique_ptr<RawDatabase> open_copy() override { return open_raw_postgresql(url_of(copy_)); }
  double server_processor_seconds() override { return processor_seconds_of_family(postmaster_); }

 private:
  std::string url_of(const std::string& name) const { return server_url_.substr(0, server_url_.rfind('/') + 1) + name; }
  void run(const std::string& sql) { server_->run(server_->prepare(sql)); }
  void drop() {
    for (const std::string& name : {name_, copy_}) run("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
  }

  std::string server_url_;
  std::string name_;
  std::string copy_;
  std::unique_ptr<RawDatabase> server_;
  pid_t postmaster_ = 0;
};

}  // namespace

std::unique_ptr<Storage> sqlite_storage(const fs::path& folder) { return std::make_unique<SqliteStorage>(folder); }
std::unique_ptr<Storage> postgresql_storage(const std::string& server_url) { return std::make_unique<PostgresqlStorage>(server_url); }

}  // namespace picket::bench
