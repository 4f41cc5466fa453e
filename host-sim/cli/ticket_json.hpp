// A ticket in the documents and texts of the commands. Thread: any.
#pragma once
#include <boost/json/object.hpp>
#include <string>
#include <string_view>

#include "host-sim/store/tickets_query.hpp"

namespace picket::cli {

boost::json::object ticket_json(const store::TicketRow&);

// "closing waits to be delivered; note was given up"; empty if there is nothing.
std::string pending_text(const store::TicketRow&);

// "HaloPSA" for "halopsa".
std::string title_of_psa(std::string_view psa_id);

}  // namespace picket::cli
