// Between the two forms of bodies and notes: the site keeps HTML and plain text beside each other. Pure functions; any thread.
#pragma once
#include <string>
#include <string_view>

namespace picket::sim::halopsa {

std::string text_of_html(std::string_view html);
std::string html_of_text(std::string_view text);

}  // namespace picket::vendors::halopsa
