// modecollapse(1), from the command and option tables: what `modecollapse --man-page` prints and cmake --install puts in
// share/man/man1.
#pragma once

#include <string>

namespace modecollapse {

std::string man_page();  // in roff, with the macros of man(7)

}  // namespace modecollapse
