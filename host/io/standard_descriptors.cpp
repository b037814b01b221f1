#include "host/io/standard_descriptors.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>

namespace modecollapse {

void open_standard_descriptors() {
    for (int descriptor = STDIN_FILENO; descriptor <= STDERR_FILENO; ++descriptor) {
        if (fcntl(descriptor, F_GETFD) != -1 || errno != EBADF) continue;
        const int opened = open("/dev/null", O_RDWR);  // the lowest free number: in order, this one
        if (opened < 0 || opened == descriptor) continue;
        dup2(opened, descriptor);
        close(opened);
    }
}

}  // namespace modecollapse
