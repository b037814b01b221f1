// The modecollapse program.
#include "host/cli/command_line.hpp"

int main(int argc, char** argv) { return modecollapse::run_program(argc, argv); }
