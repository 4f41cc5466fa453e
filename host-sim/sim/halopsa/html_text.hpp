// Converts between the HTML and the plain text of bodies and notes; the site keeps both. Pure functions; any thread.
#pragma once
#include <string>
#include <string_view>

namespace picket::sim::halopsa {

std::string text_of_html(std::string_view html);
std::string html_of_text(std::string_view text);

}  // namespace picket::sim::halopsa
