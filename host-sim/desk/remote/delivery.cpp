#include "host-sim/desk/remote/delivery.hpp"

#include <algorithm>
#include <exception>
#include <optional>
#include <set>

#include "host-sim/desk/local/people.hpp"
#include "host-sim/desk/local/reference_data.hpp"
#include "host-sim/desk/remote/outgoing.hpp"
#include "host-sim/desk/remote/people_writer.hpp"
#include "host-sim/desk/remote/remote_cursor.hpp"
#include "host-sim/desk/remote/remote_ids.hpp"
#include "host-sim/desk/remote/tokens.hpp"
#include "host-sim/store/outbox.hpp"
#include "sdk/common/json.hpp"
#include "sdk/common/time_text.hpp"

namespace picket::desk {
namespace {

using namespace std::chrono_literals;
using store::EntityKind;
using store::OutboxKind;

constexpr std::size_t batch_size = 32;
constexpr int failures_to_stop = 3;               // in a row
constexpr std::uint64_t refusals_to_give_up = 5;  // of a change
constexpr auto first_look_delay = 2s;             // after an unknown outcome: by then the PSA knows what it did
constexpr auto clock_difference = 10min;

// One item on its way.
struct Parcel {
  store::OutboxItem item;
  OutgoingTicket ticket;
  std::optional<store::RemoteLink> link;
  bool may_exist = false;  // a ticket
  std::string note;        // CommonMark
  RemoteUpdate update;
  std::optional<bool> closes;  // what the update makes of the ticket
  std::string priority;        // its name, if the update sets one
  std::string problem;         // why it cannot be sent, whatever the PSA says

  bool ticket_is_gone = false;  // there

  bool touched = false;  // this round may have sent it
  bool settled = false;  // its fate is recorded, for this round

  bool opens() const { return !link; }
};

enum class Found { no, ours, from_before };

// What a listener throws to end a creation.
struct Stop {};

class Delivery {
 public:
  explicit Delivery(const RemoteWork& work) : work_(work), people_(work) {}

  DeliveryReport run() {
    begin_remote_cursor(work_);
    while (!away_) {
      work_.call.check();
      auto items = store::due_outbox_items(work_.db, work_.tenant, work_.clock.now(), batch_size);
      if (!items.empty())
        deliver(prepare(std::move(items)));
      else if (!wait_for_look())
        break;
    }
    flush_streak();
    report_.waiting = store::outbox_queue(work_.db, work_.tenant).waiting;
    return std::move(report_);
  }

 private:
  // ---- a batch

  std::vector<Parcel> prepare(std::vector<store::OutboxItem> items) {
    std::vector<std::string_view> ticket_ids;
    std::vector<std::string> comment_ids;
    for (const auto& item : items) {
      ticket_ids.push_back(item.ticket_id);
      if (item.kind == OutboxKind::note) comment_ids.push_back(member(item, "comment_id"));
    }
    const std::vector<std::string_view> comments(comment_ids.begin(), comment_ids.end());
    const auto tickets = read_outgoing_tickets(work_.db, work_.tenant, ticket_ids);
    const auto notes = read_outgoing_notes(work_.db, work_.tenant, comments);
    const auto links = store::current_remote_links(work_.db, work_.tenant, ticket_ids);
    std::vector<Parcel> parcels;
    for (auto& item : items) {
      Parcel& parcel = parcels.emplace_back();
      parcel.ticket = tickets.at(item.ticket_id);
      if (parcel.ticket.token.empty()) parcel.ticket.token = item.token;
      for (const auto& link : links)
        if (link.ticket_id == item.ticket_id && link.desk == work_.psa.id()) parcel.link = link;
      if (item.kind == OutboxKind::note)
        if (const auto note = notes.find(member(item, "comment_id")); note != notes.end()) parcel.note = note->second;
      parcel.may_exist = item.kind == OutboxKind::ticket && json::bool_at(payload(item), "may_exist").value_or(false);
      parcel.item = std::move(item);
      if (parcel.item.kind == OutboxKind::update && !parcel.opens()) prepare_update(parcel);
    }
    return parcels;
  }

  static json::object payload(const store::OutboxItem& item) { return json::parse_object(item.payload, "an item of the outbox"); }
  static std::string member(const store::OutboxItem& item, std::string_view name) {
    return json::text_at(payload(item), name).value_or("");
  }

  void deliver(std::vector<Parcel> parcels) {
    look_for_tickets_from_before(parcels);
    if (away_) return;
    mark(parcels);
    try {
      settle_what_is_not_sent(parcels);
      open_tickets(parcels);
      send_updates(parcels);
      send_notes(parcels);
    } catch (const Error& e) {
      // What was not sent yet is not looked for next time.
      if (ends_the_call(e) && !own_failure_) unmark_untouched(parcels);
      throw;
    }
    unmark_untouched(parcels);
    for (auto& parcel : parcels)
      if (!away_ && parcel.touched && !parcel.settled) fail(parcel, Fate::unknown, "the fate of what was sent is not known");
  }

  void mark(const std::vector<Parcel>& parcels) {
    std::vector<std::string> ids;
    for (const auto& parcel : parcels)
      if (!parcel.item.sent && !parcel.settled) ids.push_back(parcel.item.outbox_id);
    if (!ids.empty()) work_.record([&](Time now) { store::mark_outbox_items(work_.db, work_.tenant, ids, now); });
  }

  void unmark_untouched(const std::vector<Parcel>& parcels) {
    std::vector<std::string_view> ids;
    for (const auto& parcel : parcels)
      if (!parcel.touched && !parcel.settled && !parcel.item.sent) ids.push_back(parcel.item.outbox_id);
    if (!ids.empty()) work_.record([&](Time) { unmark(ids); });
  }

  // Within the transaction: they were not sent.
  void unmark(std::span<const std::string_view> outbox_ids) {
    for (const auto id : outbox_ids)
      work_.db.execute("UPDATE picket_outbox SET is_sent = false WHERE tenant = ? AND outbox_id = ?", {work_.tenant, id});
  }

  void settle_what_is_not_sent(std::vector<Parcel>& parcels) {
    for (auto& parcel : parcels) {
      if (parcel.opens() || parcel.settled) continue;
      if (!parcel.problem.empty()) {
        fail(parcel, Fate::refused, parcel.problem);
        continue;
      }
      const bool is_open_already = parcel.item.kind == OutboxKind::ticket;
      const bool has_no_words = parcel.item.kind == OutboxKind::note && parcel.note.empty();
      const bool changes_nothing =
          parcel.item.kind == OutboxKind::update && !parcel.update.body_markdown && !parcel.update.status_id && !parcel.update.priority_id;
      if (is_open_already || has_no_words || changes_nothing) record(parcel, [&](Time) { finish(parcel); });
    }
  }

  // ---- tickets

  // Before they are marked: so a ticket that is found although its item is marked was made by it.
  void look_for_tickets_from_before(std::vector<Parcel>& parcels) {
    for (auto& parcel : parcels) {
      if (away_) return;
      if (!parcel.opens() || !parcel.may_exist || parcel.item.sent) continue;
      std::optional<RemoteTicket> found;
      std::vector<Reply<std::vector<RemoteNote>>> notes;
      const bool asked = ask(parcel, [&] {
        found = work_.psa.find_ticket(work_.call, parcel.ticket.token, parcel.ticket.title, std::nullopt);
        if (!found) return;
        const std::string ids[] = {found->id};
        notes = work_.psa.notes(work_.call, ids);
      });
      if (!asked || !found) continue;
      // What was written on it was told before the database was lost.
      if (notes.at(0).fate == Fate::done)
        record_opened(parcel, *found, Found::from_before, notes[0].value);
      else
        fail(parcel, Fate::not_done, notes[0].message);
    }
  }

  void open_tickets(std::vector<Parcel>& parcels) {
    std::vector<Parcel*> wanted;
    for (auto& parcel : parcels) {
      if (away_) return;
      if (!parcel.opens() || parcel.settled) continue;
      if (parcel.item.sent && !is_certainly_missing(parcel)) continue;
      wanted.push_back(&parcel);
    }
    create(
        wanted, [this](const Parcel& parcel) { return new_ticket(parcel); },
        [this](Parcel& parcel, const RemoteTicket& ticket) { record_opened(parcel, ticket, Found::no); });
  }

  // One that is found is recorded.
  bool is_certainly_missing(Parcel& parcel) {
    std::optional<RemoteTicket> found;
    const bool asked = ask(parcel, [&] {
      found = work_.psa.find_ticket(work_.call, parcel.ticket.token, parcel.ticket.title, parcel.item.created_at - clock_difference);
    });
    if (asked && found) record_opened(parcel, *found, Found::ours);
    return asked && !found;
  }

  void record_opened(Parcel& parcel, const RemoteTicket& ticket, Found found, std::span<const RemoteNote> known_notes = {}) {
    store::RemoteLink link = found == Found::no ? link_to_new(parcel, ticket) : link_to(parcel, ticket);
    // On a ticket that was found somebody may have worked: the first look tells.
    if (found == Found::ours) link.priority = link.assignee = std::nullopt;
    // Who closed it was told before the database was lost, and an analyst may have reopened the case since; what comes now opens a
    // follow-up.
    if (found == Found::from_before) link.closed = ticket.closed;
    for (const auto& note : known_notes) link.seen_notes.push_back(note.id);
    record(parcel, [&](Time now) {
      store::put_remote_link(work_.db, work_.tenant, link, now);
      if (found != Found::from_before) {
        const store::NewTicketEvent created{parcel.item.ticket_id, TicketEventKind::created, {}, {}, {}, {}, now};
        store::queue_ticket_events(work_.db, work_.tenant, {&created, 1}, now);
      }
      if (parcel.item.kind == OutboxKind::ticket) {
        finish(parcel);
      } else {
        const std::string_view ids[] = {parcel.item.outbox_id};
        unmark(ids);
      }
    });
    ++(found == Found::no ? report_.tickets : report_.adopted);
  }

  store::RemoteLink link_to(const Parcel& parcel, const RemoteTicket& ticket) const {
    store::RemoteLink link;
    link.desk = work_.psa.id();
    link.remote_id = ticket.id;
    link.ticket_id = parcel.item.ticket_id;
    link.number = ticket.number;
    link.url = ticket.url;
    link.closed = false;
    if (!ticket.priority_name.empty()) link.priority = ticket.priority_name;
    if (ticket.has_assignee) link.assignee = ticket.assignee;
    return link;
  }

  // The link of a ticket that was just created: it is as it was answered, and what the answer does not say is as it was sent.
  store::RemoteLink link_to_new(const Parcel& parcel, const RemoteTicket& ticket) {
    store::RemoteLink link = link_to(parcel, ticket);
    if (!link.assignee) link.assignee = "";
    if (!link.priority && !ids().there(EntityKind::priority, parcel.ticket.priority_id).empty())
      link.priority = priority_name(parcel.ticket.priority_id);
    // If the PSA chose the priority, the first look learns it.
    if (link.priority && ticket.updated_at_is_exact) link.updated_at = ticket.updated_at;
    return link;
  }

  // Of one of ours.
  std::optional<std::string> priority_name(const std::string& id) {
    for (auto& entity : store::list_entities(work_.db, work_.tenant, EntityKind::priority))
      if (entity.id == id) return std::move(entity.name);
    return std::nullopt;
  }

  NewRemoteTicket new_ticket(const Parcel& parcel) {
    const OutgoingTicket& ticket = parcel.ticket;
    NewRemoteTicket made;
    made.token = ticket.token;
    made.title = ticket.title;
    made.body_markdown = ticket.body_markdown;
    made.client_id = there(EntityKind::client, ticket.client_id, parcel);
    made.board_id = there(EntityKind::board, ticket.board_id, parcel);
    made.priority_id = there(EntityKind::priority, ticket.priority_id, parcel);
    made.category_id = there(EntityKind::category, ticket.category_id, parcel);
    return made;
  }

  // Empty, and told, if the PSA has no such entity: then it takes its own default.
  std::string there(EntityKind kind, const std::string& our_id, const Parcel& parcel) {
    if (our_id.empty()) return {};
    std::string id = ids().there(kind, our_id);
    if (id.empty() && warned_.insert(our_id).second)
      work_.log.write(PICKET_LOG_WARNING, "the " + std::string(store::name_of(kind)) + " of ticket " + parcel.ticket.number +
                                              " is not one of " + work_.psa.name() + ": the default there is taken");
    return id;
  }

  const RemoteIds& ids() {
    if (!ids_) ids_ = RemoteIds::load(work_.db, work_.tenant, work_.psa.id());
    return *ids_;
  }

  // Creates tickets for parcels. As long as nothing has succeeded one at a time: when the PSA is away, few are left in doubt.
  template <class Make, class Done>
  void create(const std::vector<Parcel*>& parcels, Make make, Done done) {
    for (std::size_t begin = 0; begin < parcels.size() && !away_;) {
      const std::size_t count = has_succeeded_ ? parcels.size() - begin : 1;
      std::vector<NewRemoteTicket> tickets;
      for (std::size_t i = 0; i < count; ++i) {
        parcels[begin + i]->touched = true;
        tickets.push_back(make(*parcels[begin + i]));
      }
      const auto told = [&](std::size_t index, Reply<RemoteTicket>&& reply) {
        Parcel& parcel = *parcels.at(begin + index);
        count_fate(reply.fate, reply.message);
        if (reply.fate == Fate::done)
          done(parcel, reply.value);
        else
          fail(parcel, reply.fate, reply.message);
        if (away_) throw Stop{};
      };
      ask_for_many([&] {
        try {
          work_.psa.create(work_.call, tickets, guarded<RemoteTicket>(told));
        } catch (const Stop&) {
        }
      });
      begin += count;
    }
  }

  // ---- updates

  void prepare_update(Parcel& parcel) {
    const UpdatePayload payload = read_update_payload(parcel.item.payload);
    parcel.update.ticket_id = parcel.link->remote_id;
    parcel.update.token = parcel.ticket.token;
    if (payload.body && parcel.ticket.has_former)
      work_.log.write(PICKET_LOG_INFO, "the new body of ticket " + parcel.ticket.number + " is not sent to its follow-up " +
                                           parcel.link->number + " in " + work_.psa.name());
    else if (payload.body)
      parcel.update.body_markdown = parcel.ticket.body_markdown;
    if (payload.action != UpdatePayload::Action::none) {
      parcel.closes = payload.action == UpdatePayload::Action::close;
      parcel.update.status_id = status_there(payload.status_id, *parcel.closes);
      if (!parcel.update.status_id) parcel.problem = work_.psa.name() + " has no " + (*parcel.closes ? "closed" : "default") + " status";
    }
    if (const std::string priority = there(EntityKind::priority, payload.priority_id, parcel); !priority.empty()) {
      parcel.update.priority_id = priority;
      parcel.priority = priority_name(payload.priority_id).value_or("");
    }
  }

  // The status there for one of ours; if that is not one of the PSA's, a closed one or the one where tickets begin.
  std::optional<std::string> status_there(const std::string& our_id, bool closed) {
    if (std::string id = ids().there(EntityKind::status, our_id); !id.empty()) return id;
    for (const auto& status : store::list_entities(work_.db, work_.tenant, EntityKind::status))
      if (closed ? status.is_closed : status.is_default)
        if (std::string id = ids().there(EntityKind::status, status.id); !id.empty()) return id;
    return std::nullopt;
  }

  void send_updates(std::vector<Parcel>& parcels) {
    std::vector<Parcel*> sent;
    std::vector<RemoteUpdate> updates;
    for (auto& parcel : parcels) {
      if (parcel.settled || parcel.opens() || parcel.item.kind != OutboxKind::update) continue;
      sent.push_back(&parcel);
      updates.push_back(parcel.update);
    }
    if (sent.empty() || away_) return;
    for (Parcel* parcel : sent) parcel->touched = true;
    std::vector<Reply<RemoteTicket>> replies;
    ask_for_many([&] { replies = work_.psa.update(work_.call, updates); });
    for (std::size_t i = 0; i < replies.size(); ++i) {
      count_fate(replies[i].fate, replies[i].message);
      if (replies[i].fate == Fate::done)
        record_updated(*sent[i], replies[i].value);
      else
        fail(*sent[i], replies[i].fate, replies[i].message);
    }
  }

  // The link's updated_at stays as last seen: between that and our update somebody may have been at work, and the next look must see it.
  void record_updated(Parcel& parcel, const RemoteTicket& answered) {
    store::RemoteLink link = *parcel.link;
    if (parcel.closes) link.closed = *parcel.closes;
    if (!parcel.priority.empty()) link.priority = answered.priority_name.empty() ? parcel.priority : answered.priority_name;
    record(parcel, [&](Time now) {
      store::put_remote_link(work_.db, work_.tenant, link, now);
      make_ours_the_same(parcel, now);
      finish(parcel);
    });
    ++report_.updates;
  }

  // A person may have changed it there since the item was queued: then the update had the last word. Unless another one is to follow.
  void make_ours_the_same(const Parcel& parcel, Time now) {
    const std::string& id = parcel.item.ticket_id;
    const auto updates = store::integer_of(work_.db.query<1>(
        "SELECT count(*) FROM picket_outbox WHERE tenant = ? AND ticket_id = ? AND kind = 'update' AND given_up_at IS NULL",
        {work_.tenant, id})[0][0]);
    if (updates > 1) return;
    const UpdatePayload payload = read_update_payload(parcel.item.payload);
    if (!payload.priority_id.empty())
      work_.db.execute(
          "UPDATE tickets SET priority_id = ? WHERE tenant = ? AND ticket_id = ? AND (priority_id IS NULL OR priority_id <> ?)",
          {payload.priority_id, work_.tenant, id, payload.priority_id});
    if (payload.status_id.empty()) return;
    const std::string closed_at = format_time(now);
    work_.db.execute(
        "UPDATE tickets SET status_id = ?, closed_at = ? WHERE tenant = ? AND ticket_id = ? AND status_id <> ?",
        {payload.status_id, parcel.closes == true ? store::Param(closed_at) : store::Param(), work_.tenant, id, payload.status_id});
  }

  // ---- notes

  void send_notes(std::vector<Parcel>& parcels) {
    std::vector<Parcel*> wanted, in_doubt;
    for (auto& parcel : parcels)
      if (!parcel.settled && !parcel.opens() && parcel.item.kind == OutboxKind::note)
        (parcel.item.sent ? in_doubt : wanted).push_back(&parcel);
    look_for_notes(in_doubt, wanted);
    if (wanted.empty() || away_) return;
    std::vector<NewRemoteNote> notes;
    for (Parcel* parcel : wanted) {
      parcel->touched = true;
      notes.push_back({parcel->item.token, parcel->link->remote_id, parcel->note});
    }
    std::vector<Reply<std::string>> replies;
    ask_for_many([&] { replies = work_.psa.add_notes(work_.call, notes); });
    std::vector<Parcel*> not_taken;
    for (std::size_t i = 0; i < replies.size(); ++i) {
      count_fate(replies[i].fate, replies[i].message);
      if (replies[i].fate == Fate::done)
        record_noted(*wanted[i], replies[i].value);
      else if (replies[i].fate == Fate::ticket_closed || replies[i].fate == Fate::ticket_gone) {
        wanted[i]->ticket_is_gone = replies[i].fate == Fate::ticket_gone;
        not_taken.push_back(wanted[i]);
      } else
        fail(*wanted[i], replies[i].fate, replies[i].message);
    }
    open_follow_ups(not_taken);
  }

  // Those that are certainly not there are added to `wanted`.
  void look_for_notes(const std::vector<Parcel*>& in_doubt, std::vector<Parcel*>& wanted) {
    if (in_doubt.empty() || away_) return;
    std::vector<std::string> ids;
    for (const Parcel* parcel : in_doubt) ids.push_back(parcel->link->remote_id);
    std::vector<Reply<std::vector<RemoteNote>>> replies;
    ask_for_many([&] { replies = work_.psa.notes(work_.call, ids); });
    for (std::size_t i = 0; i < replies.size() && !away_; ++i) {
      Parcel& parcel = *in_doubt[i];
      count_fate(replies[i].fate, replies[i].message);
      // Notes that are refused may be those of a ticket that is gone: then nothing is on it, and the PSA says so when the note is sent.
      if (replies[i].fate != Fate::done && !(replies[i].fate == Fate::refused && is_certainly_gone(parcel))) {
        if (!parcel.settled) fail(parcel, Fate::not_done, replies[i].message);
        continue;
      }
      const auto& notes = replies[i].value;
      const auto found = std::find_if(notes.begin(), notes.end(), [&](const auto& n) { return holds_token(n.text, parcel.item.token); });
      if (found != notes.end()) {
        record_noted(parcel, found->id);
        continue;
      }
      std::optional<RemoteTicket> follow_up;
      if (!ask(parcel, [&] {
            follow_up =
                work_.psa.find_ticket(work_.call, parcel.item.token, follow_up_title(parcel), parcel.item.created_at - clock_difference);
          }))
        continue;
      if (follow_up)
        record_follow_up(parcel, *follow_up, Found::ours);
      else
        wanted.push_back(&parcel);
    }
  }

  bool is_certainly_gone(Parcel& parcel) {
    std::vector<Reply<RemoteTicket>> replies;
    const std::string ids[] = {parcel.link->remote_id};
    return ask(parcel, [&] { replies = work_.psa.tickets(work_.call, ids); }) && replies.at(0).fate == Fate::refused;
  }

  void record_noted(Parcel& parcel, const std::string& note_id) {
    store::RemoteLink link = *parcel.link;
    const bool is_new = !note_id.empty() && std::find(link.seen_notes.begin(), link.seen_notes.end(), note_id) == link.seen_notes.end();
    if (is_new) link.seen_notes.push_back(note_id);
    record(parcel, [&](Time now) {
      if (is_new) store::put_remote_link(work_.db, work_.tenant, link, now);
      finish(parcel);
    });
    ++report_.notes;
  }

  // ---- follow-ups: tickets for notes that a closed ticket refused, or whose ticket is gone

  void open_follow_ups(const std::vector<Parcel*>& parcels) {
    std::vector<Parcel*> wanted;
    for (Parcel* parcel : parcels)
      if (!away_ && closing_is_known(*parcel)) wanted.push_back(parcel);
    create(
        wanted, [this](const Parcel& parcel) { return new_follow_up(parcel); },
        [this](Parcel& parcel, const RemoteTicket& ticket) { record_follow_up(parcel, ticket, Found::no); });
  }

  // Once there is a follow-up, what happened on the former ticket counts no longer: so whoever closed it is heard before.
  bool closing_is_known(Parcel& parcel) {
    if (parcel.link->closed == true || parcel.ticket_is_gone) return true;
    const PeopleWriter::Result looked = people_.look({{*parcel.link, std::nullopt}});
    if (!looked.failures.empty()) {
      fail(parcel, Fate::not_done, looked.failures[0]);
      return false;
    }
    const std::string_view ids[] = {parcel.link->remote_id};
    parcel.link = store::find_remote_links(work_.db, work_.tenant, work_.psa.id(), ids).at(0);
    return true;
  }

  static std::string follow_up_title(const Parcel& parcel) { return "Follow-up of #" + parcel.link->number + ": " + parcel.ticket.title; }

  NewRemoteTicket new_follow_up(const Parcel& parcel) {
    NewRemoteTicket made = new_ticket(parcel);
    made.token = parcel.item.token;
    made.title = follow_up_title(parcel);
    made.body_markdown = work_.psa.name() + " refused a note because ticket #" + parcel.link->number +
                         (parcel.link->url.empty() ? "" : " (" + parcel.link->url + ")") + " is " +
                         (parcel.ticket_is_gone ? "gone" : "closed") + "; the note follows.\n\n---\n\n" + parcel.note;
    return made;
  }

  void record_follow_up(Parcel& parcel, const RemoteTicket& ticket, Found found) {
    store::RemoteLink link = found == Found::no ? link_to_new(parcel, ticket) : link_to(parcel, ticket);
    if (found == Found::ours) link.priority = link.assignee = std::nullopt;
    record(parcel, [&](Time now) {
      store::put_remote_link(work_.db, work_.tenant, link, now);
      finish(parcel);
      open_ours_again(parcel.item.ticket_id, now);
    });
    ++report_.follow_ups;
    work_.log.write(PICKET_LOG_INFO, work_.psa.name() + " refused a note on ticket " + parcel.link->number +
                                         ", which is closed or gone; it is in the follow-up " + ticket.number);
  }

  // Our ticket is open as its follow-up is, unless that is to be closed next. Nobody reopened it, so nobody is told.
  void open_ours_again(const std::string& ticket_id, Time now) {
    for (const auto& row : work_.db.query<1>(
             "SELECT payload FROM picket_outbox WHERE tenant = ? AND ticket_id = ? AND kind = 'update' AND given_up_at IS NULL",
             {work_.tenant, ticket_id}))
      if (read_update_payload(row[0].value_or("{}")).action == UpdatePayload::Action::close) return;
    const auto row =
        work_.db.query<2>("SELECT board_id, status_id FROM tickets WHERE tenant = ? AND ticket_id = ?", {work_.tenant, ticket_id}).at(0);
    const auto reference = ReferenceData::load(work_.db, work_.tenant);
    if (!reference.status(*row[1]).is_closed) return;
    work_.db.execute("UPDATE tickets SET status_id = ?, closed_at = NULL, updated_at = ? WHERE tenant = ? AND ticket_id = ?",
                     {reference.default_status(*row[0]).id, format_time(now), work_.tenant, ticket_id});
  }

  // ---- fates

  template <class Write>
  void record(Parcel& parcel, Write&& write) {
    work_.record(std::forward<Write>(write));
    parcel.settled = true;
  }

  void finish(const Parcel& parcel) { store::finish_outbox_item(work_.db, work_.tenant, parcel.item.outbox_id); }

  // What is tried again later, and why.
  void fail(Parcel& parcel, Fate fate, const std::string& message) {
    // The last attempt may have had an effect that the PSA does not show yet.
    const bool had_no_effect = fate != Fate::unknown && !parcel.item.sent;
    const Time now = work_.clock.now();
    Time next = now + store::next_attempt_delay(parcel.item.attempts + 1);
    if (fate == Fate::unknown && parcel.item.attempts == 0) {
      next = now + first_look_delay;
      look_again_at_ = std::max(look_again_at_.value_or(next), next);
    }
    std::string error = describe(parcel) + ": " + message;
    // It holds back what follows on its ticket, and the PSA will not take it.
    if (fate == Fate::refused && parcel.item.kind == OutboxKind::update && !parcel.opens() &&
        parcel.item.attempts + 1 >= refusals_to_give_up) {
      error += "; it is given up";
      work_.log.write(PICKET_LOG_WARNING, error);
      record(parcel, [&](Time at) { store::give_up_outbox_item(work_.db, work_.tenant, parcel.item.outbox_id, error, at); });
      ++report_.failed;
      add_error(report_.errors, error);
      return;
    }
    record(parcel, [&](Time) { store::postpone_outbox_item(work_.db, work_.tenant, parcel.item.outbox_id, error, had_no_effect, next); });
    ++report_.failed;
    // What stops the delivery is told once.
    if (fate != Fate::not_done && fate != Fate::unknown)
      add_error(report_.errors, error);
    else if (!away_)
      streak_errors_.push_back(error);
  }

  std::string describe(const Parcel& parcel) const {
    const std::string where = " in " + work_.psa.name();
    const std::string ticket = "ticket " + (parcel.link ? parcel.link->number : parcel.ticket.number);
    if (parcel.opens()) return ticket + " could not be opened" + where;
    return (parcel.item.kind == OutboxKind::note ? "a note on " : "a change of ") + ticket + " could not be delivered" + where;
  }

  void count_fate(Fate fate, const std::string& message) {
    if (fate != Fate::not_done && fate != Fate::unknown) {
      flush_streak();
      has_succeeded_ = true;
    } else if (++streak_ >= failures_to_stop) {
      stop(message);
    }
  }

  void flush_streak() {
    streak_ = 0;
    for (auto& error : streak_errors_) add_error(report_.errors, std::move(error));
    streak_errors_.clear();
  }

  // The PSA as a whole takes nothing now.
  void stop(const std::string& message) {
    if (away_) return;
    away_ = true;
    streak_errors_.clear();
    const std::string error = work_.psa.name() + " takes nothing at the moment: " + message;
    add_error(report_.errors, error);
    work_.log.write(PICKET_LOG_WARNING, error);
  }

  // ---- asking the PSA

  // For one parcel. False: it failed, and that is recorded.
  template <class Function>
  bool ask(Parcel& parcel, Function&& function) {
    try {
      function();
      return true;
    } catch (const Error& e) {
      if (ends_the_call(e)) throw;
      if (e.status() == Status::auth)
        stop(e.what());
      else
        count_fate(Fate::not_done, e.what());
      fail(parcel, Fate::not_done, e.what());
    }
    return false;
  }

  // For many parcels at once, whose fates come back one by one. An error here means that the PSA as a whole is away.
  template <class Function>
  void ask_for_many(Function&& function) {
    own_failure_ = nullptr;
    try {
      function();
    } catch (const Error& e) {
      if (!own_failure_ && ends_the_call(e)) throw;
      if (!own_failure_) stop(e.what());
    }
    if (own_failure_) std::rethrow_exception(own_failure_);
  }

  // `told` with what it throws kept apart from what the PSA throws.
  template <class Value, class Told>
  auto guarded(Told& told) {
    return [this, &told](std::size_t index, Reply<Value>&& reply) {
      try {
        told(index, std::move(reply));
      } catch (const Stop&) {
        throw;
      } catch (...) {
        own_failure_ = std::current_exception();
        throw;
      }
    };
  }

  // Waits for the first look after an unknown outcome. False: there is none to wait for.
  bool wait_for_look() {
    if (!look_again_at_) return false;
    const auto left = *look_again_at_ - work_.clock.now() + 1ms;
    look_again_at_.reset();
    if (left > 0ms)
      work_.clock.sleep_until(work_.clock.monotonic() + std::chrono::nanoseconds(left).count(), [this] { return work_.call.over(); });
    return true;
  }

  const RemoteWork& work_;
  PeopleWriter people_;
  DeliveryReport report_;
  std::optional<RemoteIds> ids_;
  std::set<std::string, std::less<>> warned_;  // ids of ours that the PSA does not know
  std::optional<Time> look_again_at_;
  int streak_ = 0;  // failures in a row
  std::vector<std::string> streak_errors_;
  bool has_succeeded_ = false;
  bool away_ = false;
  std::exception_ptr own_failure_;
};

}  // namespace

DeliveryReport deliver_outbox(const RemoteWork& work) { return Delivery(work).run(); }

}  // namespace picket::desk
