#include "host/families/mixture/measures.hpp"

#include "host/families/mode_measures.hpp"

namespace modecollapse {

const std::vector<MixtureMeasure>& mixture_measures() {
    static const std::vector<MixtureMeasure> rows = {
        {entropic_mode_coverage_measure, entropic_mode_coverage},
        {mode_weight_error_measure, mode_weight_error},
    };
    return rows;
}

}  // namespace modecollapse
