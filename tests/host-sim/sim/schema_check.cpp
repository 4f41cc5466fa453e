#include "tests/host-sim/sim/schema_check.hpp"

#include <fstream>
#include <sstream>
#include <valijson/adapters/boost_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validation_results.hpp>
#include <valijson/validator.hpp>

namespace picket::test {

std::string content_of(const std::string& path) {
  std::ostringstream out;
  out << std::ifstream(path).rdbuf();
  return out.str();
}

std::string violations(const json::value& schema_document, const json::value& document) {
  using valijson::adapters::BoostJsonAdapter;
  valijson::Schema schema;
  valijson::SchemaParser(valijson::SchemaParser::kDraft7).populateSchema(BoostJsonAdapter(schema_document), schema);
  valijson::ValidationResults results;
  std::string text;
  if (valijson::Validator().validate(schema, BoostJsonAdapter(document), &results)) return text;
  for (valijson::ValidationResults::Error error; results.popError(error);) {
    for (const auto& step : error.context) text += step;
    text += ": " + error.description + "\n";
  }
  return text;
}

std::string violations_of_definition(const std::string& schema_file, const std::string& definition, const json::value& document) {
  const json::object whole = json::parse_object(content_of(schema_file), "schema");
  json::object schema;
  schema["definitions"] = whole.at("definitions");
  json::array all;
  json::object reference;
  reference["$ref"] = "#/definitions/" + definition;
  all.push_back(json::value(std::move(reference)));
  schema["allOf"] = std::move(all);
  return violations(json::value(std::move(schema)), document);
}

}  // namespace picket::test
