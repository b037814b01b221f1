// The options that say what a VAE is fitted to.
#pragma once

#include "host/families/vae/options.hpp"

namespace modecollapse {

OptionRows vae_data_rows();

// Is it one of the laws that data are drawn from, and no file?
bool names_a_law(const std::string& data);

// Checks them, reads the files, and sets the problem's data and dimension. Throws std::domain_error.
void resolve_data(VaeRun& run);

// After it: are the data numbers that the likelihood can have made? Throws std::domain_error.
void require_data_of_likelihood(const VaeRun& run);

}  // namespace modecollapse
