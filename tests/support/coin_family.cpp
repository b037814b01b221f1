// A family of a test's own, all of it in this file: a coin that shows heads with the probability --bias. Linked into a
// program or an extension module of a test it registers itself from outside, and has every command that families share.
#include <cstdint>
#include <memory>
#include <vector>

#include "host/families/family.hpp"

namespace {

using namespace modecollapse;

struct Toss {
    double bias = 0.5;
};

const OptionRows& coin_options() {
    static const OptionRows rows = {number_row("bias", 0, 1, "probability of heads", &Toss::bias)
                                        .in(Group::physics)
                                        .called("b", "bias b of the coin")
                                        .searched_in("0:1")};
    return rows;
}

Schema coin_schema(const Settings&) {
    return {{{"heads", OutcomeClass::collapse}, {"tails", OutcomeClass::other}, {"lost", OutcomeClass::failure}},
            {},
            {{"steps", "tosses made"}},
            {{"height", "m", "height of the toss"}}};
}

// In [0, 1), of the toss alone (splitmix64).
double uniform(std::uint64_t seed, std::uint64_t id) {
    std::uint64_t z = (seed << 32) + id * 0x9e3779b97f4a7c15u + 0x9e3779b97f4a7c15u;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1p-53;
}

class Tosses : public Ensemble {
public:
    explicit Tosses(const Settings& settings) : schema_(coin_schema(settings)), toss_(settings.as<Toss>()) {}

    std::vector<Tally> run(const Ids& ids, const Backend&, const RunControl&) const override {
        std::vector<Tally> parts;
        for (std::size_t k = 0; k + 1 < ids.edges.size(); ++k) {
            TallyOfMembers members(schema_, ids.edges[k]);
            for (std::uint64_t id = ids.edges[k]; id < ids.edges[k + 1]; ++id) {
                const double u = uniform(ids.seed, id);
                members.add({u < toss_.bias ? 0 : 1, {}, {1}, {1.0 + u}});
            }
            parts.push_back(members.result());
        }
        return parts;
    }
    double work_of_a_member() const override { return 1.0; }
    bool records_members() const override { return false; }

private:
    Schema schema_;
    Toss toss_;
};

const Family& coin() {
    static const Family family = [] {
        Family f = {"coin",
                    "a biased coin",
                    "toss",
                    "tosses",
                    ensemble_commands,
                    &coin_options(),
                    coin_schema,
                    [](const Settings& settings) -> std::shared_ptr<const Ensemble> {
                        return std::make_shared<Tosses>(settings);
                    }};
        f.searched = "bias";
        return f;
    }();
    return family;
}

[[maybe_unused]] const bool registered = (register_family(coin()), true);  // before any option is asked for

}  // namespace
