#include "host/families/mixture/measures.hpp"

namespace modecollapse {

const std::vector<MixtureMeasure>& mixture_measures() {
    static const std::vector<MixtureMeasure> rows = {};
    return rows;
}

}  // namespace modecollapse
