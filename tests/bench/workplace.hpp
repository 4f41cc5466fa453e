// A simulated vendor, a database and a Picket that is connected and set up, ready to poll. Thread: one.
#pragma once
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "tests/bench/process.hpp"
#include "tests/bench/raw_database.hpp"

namespace picket::bench {

struct Sizes {
  std::size_t incidents = 10'000;
  std::size_t organizations = 50;
  std::size_t agents = 1'000;
  bool has_long_remediations = true;  // some incidents have remediations beyond the ten that come with them
};

struct Programs {
  std::filesystem::path build;  // the build folder: bin/, plugins/, manifests/
};

// Storage: SQLite, or a database of its own on the PostgreSQL server at `url`.
class Storage {
 public:
  virtual ~Storage() = default;
  virtual std::string name() const = 0;
  virtual std::string picket_url() const = 0;
  virtual void copy() = 0;  // makes the copy that open_copy() opens; nobody may be connected
  virtual std::unique_ptr<RawDatabase> open() = 0;
  virtual std::unique_ptr<RawDatabase> open_copy() = 0;
  virtual double server_processor_seconds() = 0;  // so far
};
std::unique_ptr<Storage> sqlite_storage(const std::filesystem::path& folder);
std::unique_ptr<Storage> postgresql_storage(const std::string& server_url);

struct PollRun {
  Cost cost;
  std::uint64_t created = 0;
  std::uint64_t requests = 0;
};

class Workplace {
 public:
  // `folder` must exist and is used for everything but the PostgreSQL database.
  Workplace(const Programs&, const Sizes&, Storage&, const std::filesystem::path& folder);

  // One `picket poll`. Throws std::runtime_error unless it completes without a failure.
  PollRun poll();

 private:
  std::string picket(const std::vector<std::string>& arguments, Cost* cost = nullptr);
  void write_psa_file(const std::filesystem::path& file);

  Programs programs_;
  Sizes sizes_;
  Storage& storage_;
  std::filesystem::path folder_;
  std::optional<Background> vendor_;
  std::string vendor_url_;
};

}  // namespace picket::bench
