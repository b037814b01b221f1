#include "host/families/mode_options.hpp"

#include "host/families/means_file.hpp"
#include "host/io/sha256.hpp"
#include "host/options/configuration.hpp"

namespace modecollapse {

std::vector<std::vector<double>> coordinates_of(components::Modes modes, double radius, const std::string& means) {
    modes.radius = radius;
    return modes.layout == components::Layout::file ? read_means(means) : components::coordinates_of(modes);
}

std::string digest_of_rows(const std::vector<std::vector<double>>& rows) {
    Sha256 sum;
    for (const std::vector<double>& row : rows) {
        const std::size_t columns = row.size();
        sum.add(&columns, sizeof columns);
        sum.add(row.data(), columns * sizeof(double));
    }
    return sum.hex();
}

std::string digest_of_means(const Settings& settings) {
    return settings.has("means") ? digest_of_rows(read_means(settings.text("means"))) : "";
}

void check_modes(const Configuration& options) {
    if (options.has("layout") && options.text("layout") == "file" && !options.has("means"))
        options.refuse("layout", "needs a file (allowed: give --means FILE too, .csv or .npy)");
}

}  // namespace modecollapse
