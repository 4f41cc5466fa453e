// HaloPSA as a remote PSA. doc/halopsa.md describes what it sends and expects.
// Thread and errors: as Psa.
#pragma once
#include <functional>
#include <optional>
#include <string>

#include "host-sim/psa/halopsa/client.hpp"
#include "host-sim/psa/halopsa/config.hpp"
#include "host-sim/psa/halopsa/wire.hpp"
#include "host-sim/psa/psa.hpp"
#include "host-sim/psa/psa_kind.hpp"

namespace picket::psa::halopsa {

class HaloPsa final : public Psa {
 public:
  // `clock` and `log` outlive it; `proxy` (may be empty) returns the proxy for a URL and is called only here. Throws Error(invalid) if the
  // network cannot be set up.
  HaloPsa(Config config, const std::function<std::string(std::string_view url)>& proxy, host::Clock& clock, host::Log& log);
  HaloPsa(const HaloPsa&) = delete;
  HaloPsa& operator=(const HaloPsa&) = delete;

  std::string name() const override { return "HaloPSA"; }
  std::string id() const override { return "halopsa"; }

  RemoteDirectory directory(const host::Call&) override;
  std::vector<SiteRemark> check_site(const host::Call&, const RemoteDirectory&) override;
  void create(const host::Call&, std::span<const NewRemoteTicket>, const CreationListener&) override;
  std::optional<RemoteTicket> find_ticket(const host::Call&, const std::string& token, const std::string& title,
                                          std::optional<Time> since) override;
  // A note that is delivered by an update of its ticket has no id.
  std::vector<Reply<std::string>> add_notes(const host::Call&, std::span<const NewRemoteNote>) override;
  std::string digest_of_body(const std::string& markdown, const std::string& token) const override;
  std::vector<Reply<RemoteTicket>> update(const host::Call&, std::span<const RemoteUpdate>) override;
  Time changed_since(const host::Call&, Time since, const std::function<void(const RemoteTicket&)>& visit) override;
  std::vector<Reply<RemoteTicket>> tickets(const host::Call&, std::span<const std::string> ids) override;
  // A note's id is unique within its ticket only.
  std::vector<Reply<std::vector<RemoteNote>>> notes(const host::Call&, std::span<const std::string> ticket_ids) override;

  std::chrono::minutes zone_offset() const override { return zone_offset_; }
  void set_zone_offset(std::chrono::minutes offset) override { zone_offset_ = offset; }

  std::uint64_t requests_sent() const override { return client_.sent(); }
  std::chrono::hours give_up_after() const override { return config_.give_up_after; }

 private:
  const TicketDefaults& ticket_defaults(const host::Call&);
  template <class Value, class Read>
  Reply<Value> written(const HttpAnswer&, const std::string& attempt, bool repeatable, Read&&) const;
  Reply<RemoteTicket> written_ticket(const HttpAnswer&, const std::string& attempt, bool repeatable);
  void learn_zone(const HttpAnswer&, const std::string& written_at);
  Reply<std::string> noted(const HttpAnswer&, const NewRemoteNote&) const;
  void find_closed_and_gone(const host::Call&, std::span<const NewRemoteNote>, std::vector<Reply<std::string>>&);
  std::optional<RemoteTicket> look_beyond_the_lists(const host::Call&, const std::string& mark, Time since);
  std::optional<RemoteTicket> first_that_mentions(const host::Call&, std::span<const std::string> ids, const std::string& mark);

  Config config_;
  const host::Clock& clock_;
  std::chrono::minutes zone_offset_{0};
  host::Log& log_;
  Client client_;
  std::optional<TicketDefaults> ticket_defaults_;  // once the directory has been read
};

const PsaKind& kind();

}  // namespace picket::psa::halopsa
