// One request and its outcome, independent of sockets, so that vendors and tests can use them directly. Plain values.
#pragma once
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "host-sim/sim/server/query.hpp"

namespace picket::sim {

struct Request {
  std::string method;
  std::string target;         // as sent: path and query
  std::string path;           // decoded
  Query query;                // decoded
  std::string authorization;  // the header's value; never logged
  std::string content_type;   // the header's value
  std::string origin;         // "http://127.0.0.1:8080", for links in answers
  std::string body;
  std::chrono::milliseconds delay{0};  // how long after its arrival the client is answered; the simulation sets it
};

struct Answer {
  unsigned code = 200;
  std::string body;
  std::string content_type = "application/json";
  std::vector<std::pair<std::string, std::string>> headers = {};
  bool is_lost = false;  // the request took effect, and the connection is reset instead of this answer
};

enum class Ending {
  complete,
  truncated,  // half of the body, then the connection closes
  reset       // no answer: the connection is reset
};

struct Exchange {
  Answer answer;
  std::chrono::milliseconds delay{0};
  Ending ending = Ending::complete;
};

// A request as it comes from a client, from its method and target.
Request make_request(std::string method, std::string target);

// {"error":{"code":404,"message":"..."}}
Answer error_answer(unsigned code, std::string_view message);

}  // namespace picket::sim
