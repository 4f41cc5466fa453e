// Puts a Simulation on a port of this machine: HTTP/1.1 with keep-alive, plain or TLS, any number of connections, one thread (that of
// run()). Constructing listens; stop() may be called from any thread.
#pragma once
#include <cstdint>
#include <memory>
#include <string>

#include "host-sim/sim/server/simulation.hpp"

namespace picket::sim {

struct ListenOptions {
  std::string address = "127.0.0.1";
  std::uint16_t port = 0;  // 0: one that is free
  std::string tls_cert = {};
  std::string tls_key = {};
};

class HttpServer {
 public:
  // Throws Error(invalid) if the certificate cannot be used, Error(unavailable) if the port cannot.
  HttpServer(Simulation& simulation, const ListenOptions& options);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  std::string url() const;  // "http://127.0.0.1:40123"
  void run();               // serves until stop()
  void stop_on_signals();   // from here on, SIGTERM and SIGINT call stop()
  void stop();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace picket::sim
