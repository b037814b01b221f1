// Standard input, output and error are open before anything else is: a file opened while one of them is closed takes
// its number, and what is printed then lands in that file (a log line in a journal).
#pragma once

namespace modecollapse {

// Opens /dev/null on each of the descriptors 0, 1 and 2 that is closed. The first call of main and of the extension
// module.
void open_standard_descriptors();

}  // namespace modecollapse
