#include "host-sim/registry/registry.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <random>
#include <sstream>

#include "picket/error.hpp"

using namespace picket;
using namespace picket::registry;

namespace {

const std::filesystem::path manifests = PICKET_MANIFESTS;

// Manifests like Huntress's, and a folder of plugins.
class Folders {
 public:
  Folders() : root_(std::filesystem::temp_directory_path() / ("picket-registry-" + std::to_string(std::random_device{}()))) {
    std::filesystem::create_directories(root_ / "manifests");
    std::filesystem::create_directories(root_ / "plugins");
    std::filesystem::copy_file(manifests / "manifest.schema.json", root_ / "manifests" / "manifest.schema.json");
  }
  ~Folders() { std::filesystem::remove_all(root_); }
  Folders(const Folders&) = delete;
  Folders& operator=(const Folders&) = delete;

  void add(const std::string& id, bool requires_enterprise, const std::string& category = "security") const {
    std::stringstream text;
    text << std::ifstream(manifests / "huntress.json").rdbuf();
    json::object o = json::parse_object(text.str(), "huntress.json");
    o["id"] = id;
    o["library"] = id + ".so";
    o["category"] = category;
    o["requires_enterprise"] = requires_enterprise;
    std::ofstream(root_ / "manifests" / (id + ".json")) << json::to_string(o);
  }
  void write(const std::string& path, const std::string& text) const { std::ofstream(root_ / path) << text; }
  Registry open(Edition edition = Edition::enterprise) const { return Registry(root_ / "manifests", root_ / "plugins", edition); }
  std::filesystem::path root() const { return root_; }

 private:
  std::filesystem::path root_;
};

std::string listed(const Registry& registry) {
  std::string out;
  for (const Entry& entry : registry.entries()) out += (out.empty() ? "" : " ") + entry.manifest.id;
  return out;
}

struct Refusal {
  Status status = Status::ok;
  std::string message;
};

Refusal find_refused(const Registry& registry, std::string_view id) {
  try {
    registry.find(id);
    return {};
  } catch (const Error& e) {
    return {e.status(), e.what()};
  }
}

}  // namespace

TEST_CASE("editions by name") {
  CHECK(parse_edition("") == Edition::enterprise);
  CHECK(parse_edition("enterprise") == Edition::enterprise);
  CHECK(parse_edition("community") == Edition::community);
  for (const char* text : {"Community", "ENTERPRISE", "free", " community"}) {
    try {
      parse_edition(text);
      FAIL_CHECK("was taken: " << text);
    } catch (const Error& e) {
      CHECK(e.status() == Status::invalid);
      CHECK(e.field() == "PICKET_EDITION");
      CHECK(std::string(e.what()).find("expected community or enterprise") != std::string::npos);
    }
  }
}

TEST_CASE("the repository's own manifests make a registry") {
  const Registry registry(manifests, "/nowhere", Edition::enterprise);
  CHECK(registry.find("huntress").manifest.category == "security");
  CHECK_FALSE(registry.find("huntress").library_exists);
  CHECK(find_refused(Registry(manifests, "/nowhere", Edition::community), "huntress").status == Status::unsupported);
}

TEST_CASE("providers of the category rmm are listed by category, and no category that nobody knows") {
  const Folders folders;
  folders.add("alpha", false);
  folders.add("ninja", false, "rmm");
  CHECK(listed(folders.open()) == "ninja alpha");
  CHECK(folders.open().find("ninja").manifest.category == "rmm");
  folders.add("other", false, "backup");
  CHECK_THROWS_WITH_AS(folders.open(), doctest::Contains("category: expected one of \"security\" and \"rmm\""), Error);
}

TEST_CASE("a manifest with a byte order mark is read, one with a member twice is refused") {
  const Folders folders;
  folders.add("alpha", false);
  std::stringstream text;
  text << std::ifstream(folders.root() / "manifests" / "alpha.json").rdbuf();
  folders.write("manifests/alpha.json", "\xEF\xBB\xBF" + text.str());
  CHECK(listed(folders.open()) == "alpha");
  folders.write("manifests/alpha.json", R"({"id":"alpha",)" + text.str().substr(1));
  CHECK_THROWS_WITH_AS(folders.open(), doctest::Contains("alpha.json: id: is given twice"), Error);
}

TEST_CASE("providers by their ids") {
  const Folders folders;
  folders.add("zeta", false);
  folders.add("omega", false);
  folders.add("alpha", true);
  CHECK(listed(folders.open()) == "alpha omega zeta");
}

TEST_CASE("a community edition hides what needs the enterprise one, and says why when asked") {
  const Folders folders;
  folders.add("free", false);
  folders.add("paid", true);
  CHECK(listed(folders.open(Edition::enterprise)) == "free paid");
  const Registry community = folders.open(Edition::community);
  CHECK(listed(community) == "free");
  CHECK(community.find("free").manifest.id == "free");
  const Refusal refusal = find_refused(community, "paid");
  CHECK(refusal.status == Status::unsupported);
  CHECK(refusal.message.find("\"paid\" needs the enterprise edition") != std::string::npos);
}

TEST_CASE("an unknown provider is answered with those that exist") {
  const Folders folders;
  CHECK(find_refused(folders.open(), "x").message == "there is no provider \"x\"; no manifest was found");
  folders.add("one", false);
  folders.add("two", true);
  const Refusal refusal = find_refused(folders.open(), "tow");
  CHECK(refusal.status == Status::not_found);
  CHECK(refusal.message == "there is no provider \"tow\"; registered are: one, two");
  CHECK(find_refused(folders.open(Edition::community), "tow").message.find("two") == std::string::npos);
  CHECK(find_refused(folders.open(), "").status == Status::not_found);
  CHECK(find_refused(folders.open(), "ONE").status == Status::not_found);
}

TEST_CASE("a missing library is listed as missing") {
  const Folders folders;
  folders.add("here", false);
  folders.add("missing", false);
  folders.add("folder", false);
  folders.write("plugins/here.so", "");
  std::filesystem::create_directory(folders.root() / "plugins" / "folder.so");
  const Registry registry = folders.open();
  CHECK(registry.find("here").library_exists);
  CHECK(registry.find("here").library == folders.root() / "plugins" / "here.so");
  CHECK_FALSE(registry.find("missing").library_exists);
  CHECK_FALSE(registry.find("folder").library_exists);
}

TEST_CASE("a folder or manifest that cannot be used is an error that names it") {
  const Folders folders;
  CHECK_THROWS_AS(Registry(folders.root() / "nowhere", folders.root(), Edition::enterprise), Error);
  folders.add("good", false);
  folders.write("manifests/notes.txt", "not a manifest");
  CHECK(listed(folders.open()) == "good");
  folders.write("manifests/bad.json", "{");
  try {
    folders.open();
    FAIL_CHECK("was taken");
  } catch (const Error& e) {
    CHECK(e.status() == Status::invalid);
    CHECK(std::string(e.what()).find("bad.json") != std::string::npos);
  }
}
