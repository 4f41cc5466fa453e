#include <doctest/doctest.h>

#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>

#include "sdk/host/entry_check.hpp"
#include "sdk/host/manifest_file.hpp"
#include "sdk/host/settings.hpp"

using namespace picket;
using namespace picket::host;

namespace {

const std::filesystem::path manifests = PICKET_MANIFESTS;

class TemporaryFolder {
 public:
  TemporaryFolder() : path_(std::filesystem::temp_directory_path() / ("picket-manifest-" + std::to_string(std::random_device{}()))) {
    std::filesystem::create_directory(path_);
    std::filesystem::copy_file(manifests / "manifest.schema.json", path_ / "manifest.schema.json");
  }
  ~TemporaryFolder() { std::filesystem::remove_all(path_); }
  TemporaryFolder(const TemporaryFolder&) = delete;
  TemporaryFolder& operator=(const TemporaryFolder&) = delete;

  void write(const std::string& name, const json::object& o) const { std::ofstream(path_ / name) << json::to_string(o); }
  const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

json::object huntress() {
  std::ifstream in(manifests / "huntress.json");
  std::stringstream text;
  text << in.rdbuf();
  return json::parse_object(text.str(), "huntress.json");
}

// What is said about the Huntress manifest with one value changed (null: erased).
std::string refusal(std::string_view path, const json::value& value) {
  const TemporaryFolder folder;
  json::object o = huntress();
  if (value.is_null()) {
    CHECK(o.erase(path) == 1);
  } else {
    set_setting(o, path, value);
  }
  folder.write("x.json", o);
  try {
    static_cast<void>(load_manifest(folder.path() / "x.json", folder.path() / "manifest.schema.json"));
    return "";
  } catch (const Error& e) {
    const std::string prefix = (folder.path() / "x.json").string() + ": ";
    const std::string message = e.what();
    CHECK(message.starts_with(prefix));
    return message.substr(prefix.size());
  }
}

}  // namespace

TEST_CASE("the Huntress manifest") {
  const Manifest m = load_manifest(manifests / "huntress.json", manifests / "manifest.schema.json");
  CHECK(m.id == "huntress");
  CHECK(m.category == "security");
  CHECK(m.requires_enterprise);
  CHECK(m.library == "huntress.so");
  CHECK(m.abi_major == 1);
  CHECK(m.default_base_url == "https://api.huntress.io");
  CHECK(m.origins == std::vector<std::string>{"https://api.huntress.io"});
  CHECK(m.rate_limit_requests == 60);
  CHECK(m.rate_limit_window == std::chrono::seconds{60});
  REQUIRE(m.secrets.size() == 2);
  CHECK(m.secrets[0].vault == "huntress_api_key");
  CHECK(m.secrets[0].env == "HUNTRESS_API_KEY");
  CHECK(m.secrets[1].env == "HUNTRESS_API_SECRET");
  CHECK(m.base_url_env == "HUNTRESS_BASE_URL");
  CHECK(m.verify_tls_env.empty());
  CHECK(m.cursors.at("incidents") == "incidentCursor");
}

TEST_CASE("the categories of entry points are those of the schema") {
  std::stringstream text;
  text << std::ifstream(manifests / "manifest.schema.json").rdbuf();
  const json::object schema = json::parse_object(text.str(), "the schema");
  json::array categories;
  for (const std::string_view category : provider_categories) categories.emplace_back(category);
  CHECK(schema.at("properties").at("category").at("enum") == categories);

  picket_entry_point entry{};
  for (const std::string_view category : provider_categories) {
    entry.category = {category.data(), category.size()};
    CHECK_FALSE(entry_category_fault(entry));
  }
  entry.category = {"backup", 6};
  CHECK(entry_category_fault(entry) == "the category is 'backup', expected 'security' or 'rmm'");
}

TEST_CASE("every manifest of the tree is right") { CHECK_FALSE(load_manifests(manifests).empty()); }

TEST_CASE("a wrong manifest is refused by field and expectation") {
  CHECK(refusal("title", "other").empty());
  CHECK(refusal("title", nullptr) == "title: is missing: expected text that is not empty");
  CHECK(refusal("rate_limit.requests", -1) == "rate_limit.requests: expected an integer from 0 to 1000000");
  CHECK(refusal("abi.minor", "0") == "abi.minor: expected an integer from 0 to 65535");
  CHECK(refusal("id", "Huntress") == "id: expected lower case letters, digits and '-'");
  CHECK(refusal("category", "rmm").empty());
  CHECK(refusal("category", "backup") == "category: expected one of \"security\" and \"rmm\"");
  CHECK(refusal("capabilities", json::array{"pol"}) ==
        "capabilities[0]: expected one of \"check\", \"organizations\", \"poll\" and \"ticket_events\"");
  CHECK(refusal("network.origins", json::array{"https://a.example/x"}) ==
        "network.origins[0]: expected an origin such as https://api.example.com");
  CHECK(
      refusal("network.default_base_url", "https://a.example/").starts_with("network.default_base_url: expected a URL without a trailing"));
  CHECK(refusal("libary", "x.so") == "libary: is not known here; did you mean 'library'?");
  CHECK(
      refusal("settings.properties.boardId.x-picket-entity", "bord").find("settings.properties.boardId.x-picket-entity: expected one of") ==
      0);
  CHECK(refusal("settings.properties.boardId.minLenght", 1) ==
        "settings.properties.boardId.minLenght: is not known here; did you mean 'minLength'?");
  CHECK(refusal("cursors.incidents", "nowhere") == "cursors.incidents: names the setting 'nowhere', which does not exist");
  CHECK(refusal("settings.required", json::array{"bord"}) == "settings.required: names 'bord', which is not among the properties");
  CHECK(refusal("settings.properties.backfillDays.default", 999) ==
        "settings: the default of backfillDays: expected an integer from 0 to 365");
}

TEST_CASE("environment keys and the kinds of settings") {
  const std::string form = "expected the name of an environment variable: upper case letters, digits and '_'";
  CHECK(refusal("network.verify_tls_env", "HUNTRESS_VERIFY_TLS").empty());
  CHECK(refusal("network.verify_tls_env", "verify") == "network.verify_tls_env: " + form);
  CHECK(refusal("network.base_url_env", "") == "network.base_url_env: " + form);
  CHECK(refusal("settings.properties.backfillDays.x-picket-env", "1_DAY") == "settings.properties.backfillDays.x-picket-env: " + form);
  const auto secret = [](const char* env) {
    return json::array{json::object{{"name", "api_key"}, {"vault", "huntress_api_key"}, {"title", "API key"}, {"env", env}}};
  };
  CHECK(refusal("secrets", secret("HUNTRESS_KEY_2")).empty());
  CHECK(refusal("secrets", secret("huntress key")) == "secrets[0].env: " + form);
  CHECK(refusal("capabilities", json::array{"poll", "ticket_events"}).empty());

  const auto setting = [](std::string_view text) { return refusal("settings.properties.extra", json::parse(text, "test")); };
  CHECK(setting(R"({"type":"number","minimum":0.5,"maximum":2,"default":1.5})").empty());
  CHECK(setting(R"({"type":"number","maximum":2,"default":2.5})") == "settings: the default of extra: expected a number of at most 2");
  CHECK(setting(R"({"type":"string","format":"json-object","default":"{\"Low\":\"P4\"}"})").empty());
  CHECK(setting(R"({"type":"string","format":"json-object","default":"{\"Low\":4}"})").ends_with("but 'Low' is no text"));
  CHECK(setting(R"({"type":"string","format":"uri"})") ==
        "settings.properties.extra.format: expected one of \"date-time\" and \"json-object\"");
}

TEST_CASE("files that are no manifests") {
  const TemporaryFolder folder;
  const auto schema = folder.path() / "manifest.schema.json";
  CHECK_THROWS_WITH_AS((void)load_manifest(folder.path() / "none.json", schema), doctest::Contains("cannot be read"), Error);
  std::ofstream(folder.path() / "broken.json") << "{";
  CHECK_THROWS_WITH_AS((void)load_manifest(folder.path() / "broken.json", schema), doctest::Contains("broken.json is not JSON"), Error);
  CHECK_THROWS_AS((void)load_manifests(folder.path() / "nowhere"), Error);
}

TEST_CASE("two manifests with one id") {
  const TemporaryFolder folder;
  folder.write("a.json", huntress());
  CHECK(load_manifests(folder.path()).size() == 1);
  folder.write("b.json", huntress());
  CHECK_THROWS_WITH_AS((void)load_manifests(folder.path()), doctest::Contains("'huntress' is also the id"), Error);
}
