// The program: reads the command line, runs one command, turns errors into messages and exit codes.
#pragma once

namespace modecollapse {

// Exit codes: 0 done; 2 usage or configuration, or an output path that cannot be created; 3 device; 5 write error while
// running.
int run_program(int argc, char** argv);

}  // namespace modecollapse
