#include "host/families/realnvp/family.hpp"

#include "host/families/realnvp/ensemble.hpp"
#include "host/families/realnvp/saved_run.hpp"
#include "host/families/realnvp/words.hpp"

namespace modecollapse {

namespace {

std::shared_ptr<const Ensemble> make(const Settings& settings) { return std::make_shared<RealnvpEnsemble>(settings); }

}  // namespace

const Family& realnvp_family() {
    static const Family family = [] {
        Family f = {"realnvp",       "a normalizing flow trained from a random start",
                    "training",      "trainings",
                    member_commands, &realnvp_options(),
                    realnvp_schema,  make,
                    check_realnvp};
        f.members_files = &files_of_realnvp();
        f.cuda = OnCuda::when_asked;  // never measured on a GPU
        f.made_of = "normalizing flows";
        // every value costs an ensemble of trainings
        f.steps = {0.25, 0.02, 10, 3};
        f.title_of_series = "Trainings of normalizing flows over their steps";
        f.time_of = "steps of the training";
        f.describe = describe_realnvp;
        f.facts = facts_of_realnvp;
        f.remark = remark_on_realnvp;
        f.remedy = remedy_for_realnvp;
        f.digest = digest_of_means;
        return f;
    }();
    return family;
}

}  // namespace modecollapse
