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
#include "sdk/common/base64.hpp"
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
  vault::replace_file(folder.path() / "vault.key", base64_encode(std::string(32, 'k')));
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
  for (const std::string& text : {std::string(32, 'k'), base64_encode(std::string(32, 'k')) + "\n", hex + "\r\n"}) {
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
  const auto key_file = folder.path() / "vault.key";
  for (int i = 0; i < 10; ++i) {
    vault::replace_file(folder.path() / "vault.key.previous", *vault::read_file(key_file));
    vault::replace_file(key_file, std::string(32, static_cast<char>('a' + i)));
    CHECK(v.get("t", "3") == "secret");
    v.put("t", "new", "secret");  // encrypts the others again
  }
  stop = true;
  reader.join();
  CHECK(failed == 0);
  std::filesystem::remove(folder.path() / "vault.key.previous");
  for (int i = 0; i < 20; ++i) CHECK(v.get("t", std::to_string(i)) == "secret");
}

TEST_CASE("a damaged record does not keep the others from the new key") {
  const test::TemporaryFolder folder;
  const auto key = folder.path() / "own";
  vault::replace_file(key, std::string(32, 'a'));
  Vault v(folder.path() / "data", key);
  v.put("t", "damaged", "s");
  v.put("t", "whole", "s");
  auto document = json::parse_object(*vault::read_file(folder.path() / "data" / "vault.json"), "x");
  document["records"].as_object()["t"].as_object()["damaged"].as_object()["tag"] = "?";
  vault::replace_file(folder.path() / "data" / "vault.json", json::to_string(document));
  vault::replace_file(folder.path() / "own.previous", std::string(32, 'a'));
  vault::replace_file(key, std::string(32, 'b'));
  v.put("t", "new", "s");
  std::filesystem::remove(folder.path() / "own.previous");
  CHECK(v.get("t", "whole") == "s");
  CHECK(v.get("t", "new") == "s");
  CHECK_THROWS_AS(v.get("t", "damaged"), Error);
}

TEST_CASE("a lost key is not replaced while there are records that need it") {
  const test::TemporaryFolder folder;
  Vault v(folder.path());
  v.put("t", "n", "s");
  const auto key = *vault::read_file(folder.path() / "vault.key");
  std::filesystem::remove(folder.path() / "vault.key");
  for (const auto& work :
       std::vector<std::function<void()>>{[&] { v.get("t", "n"); }, [&] { v.put("t", "m", "s"); }, [&] { Vault again(folder.path()); }}) {
    const Error e = error_of(work);
    CHECK(e.status() == Status::unavailable);
    CHECK(std::string(e.what()).find("vault.key is missing") != std::string::npos);
  }
  CHECK_FALSE(std::filesystem::exists(folder.path() / "vault.key"));
  vault::replace_file(folder.path() / "vault.key", key);
  CHECK(v.get("t", "n") == "s");
}

TEST_CASE("folders that are made are private, those that exist stay as they are") {
  const test::TemporaryFolder folder;
  const mode_t before = umask(022);
  vault::make_private_folder(folder.path() / "a" / "data" / "");
  CHECK(mode_of(folder.path() / "a") == 0755);
  CHECK(mode_of(folder.path() / "a" / "data") == 0700);
  chmod((folder.path() / "a" / "data").c_str(), 0750);
  vault::make_private_folder(folder.path() / "a" / "data");
  CHECK(mode_of(folder.path() / "a" / "data") == 0750);
  umask(before);
  vault::replace_file(folder.path() / "file", "");
  CHECK(error_of([&] { vault::make_private_folder(folder.path() / "file"); }).status() == Status::unavailable);
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
