#include "host-sim/vault/vault.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <atomic>
#include <fstream>
#include <thread>

#include "host-sim/vault/cipher.hpp"
#include "host-sim/vault/files.hpp"
#include "picket/error.hpp"
#include "sdk/common/json.hpp"
#include "tests/support/postgres/storages.hpp"

using namespace picket;
using vault::Vault;

namespace {

mode_t mode_of(const std::filesystem::path& path) {
  struct stat info {};
  REQUIRE(stat(path.c_str(), &info) == 0);
  return info.st_mode & 0777;
}

Error error_of(const std::function<void()>& work) {
  try {
    work();
  } catch (const Error& e) {
    return e;
  }
  FAIL("nothing was thrown");
  return Error(Status::ok, "");
}

}  // namespace

TEST_CASE("secrets come back, by tenant and name, and are not readable in the files") {
  const test::TemporaryFolder folder;
  const auto data = folder.path() / "data";
  Vault v(data);
  v.put("t1", "huntress_api_key", "key one");
  v.put("t2", "huntress_api_key", "");
  v.put("t1", "huntress_api_secret", std::string("nul\0in", 6));
  v.put("t1", "huntress_api_key", "key two");
  const Vault again(data);
  CHECK(again.get("t1", "huntress_api_key") == "key two");
  CHECK(again.get("t2", "huntress_api_key") == "");
  CHECK(again.get("t1", "huntress_api_secret") == std::string("nul\0in", 6));
  CHECK_FALSE(again.get("t3", "huntress_api_key"));
  CHECK_FALSE(again.get("t1", "other"));
  CHECK(again.list_names("t1").size() == 2);
  CHECK(v.erase("t1", "huntress_api_key"));
  CHECK_FALSE(v.erase("t1", "huntress_api_key"));
  CHECK_FALSE(again.get("t1", "huntress_api_key"));
  CHECK(mode_of(data) == 0700);
  CHECK(mode_of(data / "vault.json") == 0600);
  CHECK(mode_of(data / "vault.key") == 0600);
  v.put("t1", "k", "plainly visible");
  CHECK(vault::read_file(data / "vault.json")->find("plainly") == std::string::npos);
}

TEST_CASE("a record that was changed, moved or written with another key is refused") {
  const test::TemporaryFolder folder;
  Vault v(folder.path());
  v.put("t1", "a", "secret-a");
  v.put("t1", "b", "secret-b");
  const auto original = *vault::read_file(folder.path() / "vault.json");
  const auto with = [&](const std::function<void(json::object&)>& change) {
    auto document = json::parse_object(original, "x");
    change(document["records"].as_object()["t1"].as_object());
    vault::replace_file(folder.path() / "vault.json", json::to_string(document));
  };
  with([](json::object& r) { std::swap(r["a"], r["b"]); });
  CHECK(error_of([&] { v.get("t1", "a"); }).status() == Status::invalid);
  with([](json::object& r) { r["a"].as_object()["tag"] = r["b"].as_object()["tag"]; });
  CHECK(error_of([&] { v.get("t1", "a"); }).status() == Status::invalid);
  with([](json::object& r) { r["a"].as_object()["ciphertext"] = "?"; });
  CHECK(error_of([&] { v.get("t1", "a"); }).status() == Status::invalid);
  with([](json::object& r) { r["a"] = 7; });
  CHECK(error_of([&] { v.get("t1", "a"); }).status() == Status::invalid);
  CHECK(v.get("t1", "b") == "secret-b");
  with([](json::object&) {});
  vault::replace_file(folder.path() / "vault.key", vault::to_base64(std::string(32, 'k')));
  const auto wrong_key = error_of([&] { v.get("t1", "a"); });
  CHECK(wrong_key.status() == Status::auth);
  CHECK(std::string(wrong_key.what()).find("another key") != std::string::npos);
  CHECK(std::string(wrong_key.what()).find("secret-a") == std::string::npos);
  vault::replace_file(folder.path() / "vault.json", "{\"version\":1");
  CHECK(error_of([&] { v.get("t1", "a"); }).status() == Status::invalid);
}

TEST_CASE("a key file of one's own: raw, base64 or hex, and only if nobody else may read it") {
  const test::TemporaryFolder folder;
  const auto key = folder.path() / "key";
  std::string hex;
  for (int i = 0; i < 32; ++i) hex += "6B";
  for (const std::string& text : {std::string(32, 'k'), vault::to_base64(std::string(32, 'k')) + "\n", hex + "\r\n"}) {
    vault::replace_file(key, text);
    Vault v(folder.path() / "data", key);
    if (!v.get("t", "n")) v.put("t", "n", "s");
    CHECK(v.get("t", "n") == "s");
  }
  CHECK_FALSE(std::filesystem::exists(folder.path() / "data" / "vault.key"));
  for (const std::string text : {"", "short", "not base64 nor hex, but rather long, is it not?"}) {
    vault::replace_file(key, text);
    CHECK(error_of([&] { Vault(folder.path() / "data", key); }).status() == Status::invalid);
  }
  vault::replace_file(key, hex);
  chmod(key.c_str(), 0640);
  CHECK(std::string(error_of([&] { Vault(folder.path() / "data", key); }).what()).find("chmod 600") != std::string::npos);
  CHECK(error_of([&] { Vault(folder.path() / "data", folder.path() / "none"); }).status() == Status::unavailable);
}

TEST_CASE("a key is changed while others read") {
  const test::TemporaryFolder folder;
  Vault v(folder.path());
  for (int i = 0; i < 20; ++i) v.put("t", std::to_string(i), "secret");
  std::atomic<bool> stop = false;
  std::atomic<int> failed = 0;
  std::thread reader([&] {
    const Vault other(folder.path());
    while (!stop) try {
        if (other.get("t", "7") != "secret") ++failed;
      } catch (const std::exception&) {
        ++failed;
      }
  });
  for (int i = 0; i < 10; ++i) CHECK(v.rotate() == 20);
  stop = true;
  reader.join();
  CHECK(failed == 0);
  std::filesystem::remove(folder.path() / "vault.key.previous");
  CHECK(v.get("t", "3") == "secret");
  CHECK(v.rewrap() == 0);

  const auto key = folder.path() / "own";
  vault::replace_file(key, std::string(32, 'a'));
  Vault own(folder.path() / "own-data", key);
  own.put("t", "n", "s");
  CHECK(error_of([&] { own.rotate(); }).status() == Status::invalid);
  vault::replace_file(folder.path() / "own.previous", std::string(32, 'a'));
  vault::replace_file(key, std::string(32, 'b'));
  CHECK(own.get("t", "n") == "s");
  CHECK(own.rewrap() == 1);
  std::filesystem::remove(folder.path() / "own.previous");
  CHECK(own.get("t", "n") == "s");
}

TEST_CASE("processes that write at once lose nothing") {
  const test::TemporaryFolder folder;
  std::vector<pid_t> children;
  for (int c = 0; c < 4; ++c) {
    const pid_t child = fork();
    REQUIRE(child >= 0);
    if (child == 0) {
      try {
        Vault v(folder.path());
        for (int i = 0; i < 15; ++i) v.put("t", std::to_string(c) + "-" + std::to_string(i), "s");
        _exit(0);
      } catch (...) {
        _exit(1);
      }
    }
    children.push_back(child);
  }
  for (const pid_t child : children) {
    int result = -1;
    CHECK(waitpid(child, &result, 0) == child);
    CHECK(result == 0);
  }
  const Vault v(folder.path());
  CHECK(v.list_names("t").size() == 60);
  for (const auto& name : v.list_names("t")) CHECK(v.get("t", name) == "s");
}
