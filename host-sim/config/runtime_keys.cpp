#include "host-sim/config/runtime_keys.hpp"

namespace picket::config {
namespace {

constexpr RuntimeKey keys[] = {
    {"SQLITE_FILENAME", "/db/sqlite.db", "the SQLite file"},
    {"INSTANCE_KEY", "default", "names this pair in the database; another pair in the same database needs another one"},
    {"PORT", "3000", "where /api/ping and /api/health are answered; 0 takes a free port"},
    {"POLL_INTERVAL_MINS", "5", "minutes from one completed poll to the next cycle, also over a restart"},
    {"RMM_SYNC_TRANSPORT", "direct",
     "how polls are carried out, for providers whose own key says nothing; direct, by this process, is all there is"},
    {"DEBUG_DB", "false", "log every SQL statement, without its values"},
    {"WIPE_DB_ON_STARTUP", "false", "delete everything that Picket knows, at each start"},
    {"PICKET_MATCH_TENANTS", "true",
     "map the vendor's organizations to the clients of the same name; false: all belong to the fixed client"},
    {"PICKET_DESK_MOVED", "false", "the PSA is the same one as before, at a new address"},
    {"PICKET_DATA", "./picket-data", "the folder for the vault, and for the database where nothing else says where it is"},
    {"PICKET_DB", "", "the database, instead of SQLITE_FILENAME: sqlite:PATH or postgresql://..."},
    {"PICKET_PLUGINS", "", "the folder of the providers"},
    {"PICKET_MANIFESTS", "", "the folder of their manifests"},
    {"PICKET_VAULT_KEY_FILE", "", "the vault's key"},
    {"PICKET_EDITION", "enterprise", "enterprise or community"},
    {"PICKET_CA_FILE", "", "certificates (PEM) that are trusted instead of the system's"},
    {"PICKET_ALLOW_PLAIN_HTTP", "false", "credentials may go to another machine by http, in clear text"},
};

constexpr std::string_view libraries[] = {"HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY",   "https_proxy", "http_proxy",
                                          "no_proxy",    "PGPASSWORD", "PGPASSFILE", "TZ"};

}  // namespace

std::span<const RuntimeKey> runtime_keys() { return keys; }
std::span<const std::string_view> library_keys() { return libraries; }

}  // namespace picket::config
