#include "host/families/mixture/measures.hpp"

#include "host/families/mode_measures.hpp"

namespace modecollapse {

const std::vector<MixtureMeasure>& mixture_measures() {
    static const std::vector<MixtureMeasure> rows = {
        {mode_weight_error_measure, mode_weight_error},
    };
    return rows;
}

}  // namespace modecollapse
