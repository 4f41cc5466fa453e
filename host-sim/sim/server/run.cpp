#include "host-sim/sim/server/run.hpp"

#include <filesystem>
#include <fstream>
#include <iostream>

namespace picket::sim {
namespace {

// Written by rename, so that a reader sees all of it or nothing.
void write_port_file(const std::string& file, const std::string& url) {
  const std::string draft = file + ".tmp";
  {
    std::ofstream out(draft, std::ios::trunc);
    out << url << '\n' << std::flush;
    if (!out) throw Error(Status::invalid, "The port file " + file + " cannot be written.", "port-file");
  }
  std::error_code ec;
  std::filesystem::rename(draft, file, ec);
  if (ec) throw Error(Status::invalid, "The port file " + file + " cannot be written: " + ec.message() + ".", "port-file");
}

}  // namespace

int run_server(const ServerOptions& options, std::unique_ptr<Vendor> vendor, SimClock clock) {
  Simulation simulation(options.simulation, std::move(vendor), std::move(clock));
  HttpServer server(simulation, options.listen);
  server.stop_on_signals();
  if (!options.port_file.empty()) write_port_file(options.port_file, server.url());
  std::cout << "listening on " << server.url() << std::endl;
  server.run();
  return 0;
}

}  // namespace picket::sim
