#include "host/families/mixture/measures.hpp"

namespace modecollapse {

const std::vector<MixtureMeasure>& mixture_measures() {
    static const std::vector<MixtureMeasure> rows = {
        {{"mode_weight_error", "1", "mode-weight error (1/2) sum_k |w*_k - q_k|, q_k the share of mode k in q"},
         mode_weight_error},
    };
    return rows;
}

}  // namespace modecollapse
