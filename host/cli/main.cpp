// The modecollapse program.
#include "host/cli/command_line.hpp"
#include "host/io/standard_descriptors.hpp"

int main(int argc, char** argv) {
    modecollapse::open_standard_descriptors();
    return modecollapse::run_program(argc, argv);
}
