#include "host-sim/cli/secret_source.hpp"

#include <doctest/doctest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <random>

#include "picket/error.hpp"

using picket::Error;
using picket::Status;
using picket::cli::read_secret;

namespace {

class File {
 public:
  explicit File(const std::string& content)
      : path_(std::filesystem::temp_directory_path() / ("picket-secret-" + std::to_string(std::random_device{}()))) {
    std::ofstream(path_, std::ios::binary) << content;
  }
  ~File() { std::filesystem::remove(path_); }
  File(const File&) = delete;
  File& operator=(const File&) = delete;

  std::string source() const { return "file:" + path_.string(); }

 private:
  std::filesystem::path path_;
};

std::string refusal(const std::string& source) {
  try {
    read_secret("api_key", source);
    return "was taken";
  } catch (const Error& e) {
    CHECK(e.status() == Status::invalid);
    CHECK(e.field() == "--secret");
    CHECK(std::string(e.what()).find("api_key") != std::string::npos);
    return e.what();
  }
}

bool contains(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("a secret that cannot be one is refused, and a byte order mark is no part of it") {
  CHECK(read_secret("api_key", File("\xEF\xBB\xBFhk_value\r\n").source()) == "hk_value");
  CHECK(contains(refusal(File("\xEF\xBB\xBF\n").source()), "is empty"));
  CHECK(contains(refusal(File(std::string(5'000'000, 'x')).source()), "has 5000000 bytes"));
}

TEST_CASE("a secret from the environment") {
  ::setenv("PICKET_TEST_SECRET", "hk_value", 1);
  CHECK(read_secret("api_key", "env:PICKET_TEST_SECRET") == "hk_value");
  ::setenv("PICKET_TEST_SECRET", "", 1);
  CHECK(contains(refusal("env:PICKET_TEST_SECRET"), "is empty"));
  ::unsetenv("PICKET_TEST_SECRET");
  CHECK(contains(refusal("env:PICKET_TEST_SECRET"), "PICKET_TEST_SECRET, which is not set"));
  CHECK(contains(refusal("env:"), "not set"));
}

TEST_CASE("a secret from a file, without one line end") {
  const struct {
    const char* content;
    const char* secret;
  } cases[] = {{"value", "value"},       {"value\n", "value"},   {"value\r\n", "value"},
               {"value\n\n", "value\n"}, {" value ", " value "}, {"two\nlines\n", "two\nlines"}};
  for (const auto& c : cases) CHECK(read_secret("api_key", File(c.content).source()) == c.secret);
  CHECK(contains(refusal(File("").source()), "is empty"));
  CHECK(contains(refusal(File("\n").source()), "is empty"));
}

TEST_CASE("a file that cannot be read is named") {
  CHECK(contains(refusal("file:/nowhere/secret"), "/nowhere/secret, which cannot be read"));
  const std::string folder = std::filesystem::temp_directory_path().string();
  CHECK(contains(refusal("file:" + folder), "cannot be read"));
  CHECK(contains(refusal("file:"), "cannot be read"));
}

TEST_CASE("a value on the command line is refused without a word of it") {
  for (const char* source : {"hk_0123456789abcdef", "ENV:hk_0123456789abcdef", "hk_0123456789abcdef:env", ""}) {
    CAPTURE(std::string(source));
    const std::string message = refusal(source);
    CHECK(contains(message, "env:VAR, file:PATH or -"));
    CHECK_FALSE(contains(message, "0123456789"));
  }
}
