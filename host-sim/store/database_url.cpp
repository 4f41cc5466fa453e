#include "host-sim/store/database_url.hpp"

namespace picket::store {
namespace {

struct Place {
  std::size_t at = std::string_view::npos;
  std::size_t size = 0;
};

Place user_info_password(std::string_view url) {
  const auto authority = url.find("://");
  if (authority == std::string_view::npos) return {};
  const auto begin = authority + 3;
  const auto authority_end = std::min(url.find_first_of("/?", begin), url.size());
  const auto at = url.substr(0, authority_end).rfind('@');
  if (at == std::string_view::npos || at < begin) return {};
  const auto colon = url.find(':', begin);
  if (colon == std::string_view::npos || colon > at) return {};
  return {colon + 1, at - colon - 1};
}

Place query_password(std::string_view url) {
  for (const std::string_view key : {"?password=", "&password="}) {
    const auto at = url.find(key);
    if (at == std::string_view::npos) continue;
    const auto begin = at + key.size();
    return {begin, std::min(url.find('&', begin), url.size()) - begin};
  }
  return {};
}

std::string hide(std::string url) {
  // The later one first, because replacing it does not move the other.
  for (const auto place : {query_password(url), user_info_password(url)})
    if (place.at != std::string_view::npos) url.replace(place.at, place.size, "***");
  return url;
}

}  // namespace

DatabaseUrl parse_database_url(std::string_view url) {
  DatabaseUrl parsed;
  if (url.starts_with("sqlite:")) {
    const auto path = url.substr(7);
    if (path.empty()) throw Error(Status::invalid, "the database URL names no file; write sqlite:PATH", "database");
    if (path.find('"') != std::string_view::npos)
      throw Error(Status::invalid, "a database's path may not contain quotation marks", "database");
    parsed.connect = path;
    parsed.for_people = url;
    return parsed;
  }
  if (url.starts_with("postgresql://") || url.starts_with("postgres://")) {
    parsed.backend = Backend::postgresql;
    parsed.connect = url;
    if (url.find("connect_timeout=") == std::string_view::npos)
      parsed.connect += url.find('?') == std::string_view::npos ? "?connect_timeout=10" : "&connect_timeout=10";
    parsed.for_people = hide(std::string(url));
    return parsed;
  }
  throw Error(Status::invalid, "\"" + hide(std::string(url)) + "\" is not a database URL; write sqlite:PATH or postgresql://USER@HOST/NAME",
              "database");
}

std::string without_password(std::string text, std::string_view url) {
  for (const auto place : {user_info_password(url), query_password(url)}) {
    if (place.at == std::string_view::npos || place.size == 0) continue;
    const std::string password(url.substr(place.at, place.size));
    for (auto at = text.find(password); at != std::string::npos; at = text.find(password, at + 3)) text.replace(at, password.size(), "***");
  }
  return text;
}

}  // namespace picket::store
