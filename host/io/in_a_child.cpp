#include "host/io/in_a_child.hpp"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

namespace modecollapse {

bool ends_in_a_child(const std::function<void()>& work, unsigned seconds) {
    const pid_t child = fork();
    if (child < 0) return true;
    if (child == 0) {
        for (const int number : {SIGSEGV, SIGBUS, SIGABRT, SIGFPE, SIGILL, SIGXCPU}) std::signal(number, SIG_DFL);
        const rlimit no_core = {0, 0}, time = {seconds, seconds};
        setrlimit(RLIMIT_CORE, &no_core);
        setrlimit(RLIMIT_CPU, &time);
        const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
        for (const int descriptor : {STDOUT_FILENO, STDERR_FILENO}) dup2(nowhere, descriptor);
        try {
            work();
        } catch (...) {  // it will be thrown again by the parent's own try
        }
        _exit(0);  // no destructor, no buffer: they are the parent's
    }
    int status = 0;
    while (waitpid(child, &status, 0) < 0)
        if (errno != EINTR) return true;  // somebody else waits for all children
    return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace modecollapse
