// What all cells are counted by: along axes that cannot shape it one cell stands for all, however many there are.
#include "host/sweep/schema_of_cells.hpp"

#include <gtest/gtest.h>

#include <stdexcept>

#include "host/families/common_schema.hpp"
#include "host/options/configuration.hpp"

namespace {

using namespace modecollapse;

using Given = std::map<std::string, std::string>;

Settings settings_of(const Given& given) {
    std::map<std::string, GivenValue> values;
    for (const auto& [name, text] : given) values[name] = {text, "--" + name};
    return Configuration(probability_command, "probability", values).settings();
}

Axis numbers(const std::string& name, int count, double from) {
    Axis axis;
    axis.name = name;
    for (int i = 0; i < count; ++i) axis.texts.push_back(std::to_string(from + 1e-4 * i));
    return axis;
}

// Modes slowest: the first half of the cells has two.
SweepPlan modes_and_numbers() {
    SweepPlan plan;
    plan.base = settings_of({{"family", "components"}, {"seed", "1"}, {"components", "3"}});
    Axis modes;
    modes.name = "modes";
    modes.texts = {"2", "4"};
    plan.groups = {{{modes}}, {{numbers("start-radius", 1001, 1.0)}}, {{numbers("horizon", 1000, 1.0)}}};
    return plan;
}

// Is a tally of one told in the other?
bool holds(const Schema& all, const Schema& one) {
    try {
        laid_out(Tally(one), one, all);
        return true;
    } catch (const std::domain_error&) {
        return false;
    }
}

TEST(SchemaOfCells, IsThatOfMoreCellsThanAreLookedAt) {
    const SweepPlan plan = modes_and_numbers();
    ASSERT_GT(plan.cells(), 2000000u);
    const Schema all = schema_of_cells(plan), first = plan.cell(0).schema(),
                 last = plan.cell(plan.cells() - 1).schema();
    EXPECT_TRUE(holds(all, first));
    EXPECT_TRUE(holds(all, last));
    EXPECT_FALSE(holds(first, last));  // the twin: what the first million is counted by
    EXPECT_EQ(all.classes.size(), last.classes.size());
}

TEST(SchemaOfCells, ZippedAxesAreLookedAtTogether) {
    SweepPlan plan = modes_and_numbers();
    Axis modes = plan.groups[0].axes[0];
    modes.texts = {"2", "2", "4"};
    plan.groups = {{{numbers("start-radius", 3, 1.0), modes}}};
    EXPECT_TRUE(holds(schema_of_cells(plan), plan.cell(2).schema()));
}

bool same(const Schema& a, const Schema& b) {
    return holds(a, b) && holds(b, a) && a.classes.size() == b.classes.size() && size_of(a).counts == size_of(b).counts;
}

// The rule that schema_of_cells rests on, of every family: neither numbers nor seeds shape what is counted.
TEST(SchemaOfCells, NumbersAndSeedsShapeNone) {
    const Given none = {{"seed", "1"}}, clusters = {{"seed", "1"}, {"clusters", "2"}};
    const Given ring = {{"seed", "1"}, {"layout", "ring"}}, trained = {{"seed", "1"}, {"weights", "softmax"}};
    const std::vector<std::pair<std::string, Given>> cases = {
        {"mixture", none}, {"mixture", trained}, {"realnvp", none},    {"realnvp", ring},     {"components", none},
        {"vae", none},     {"vae", clusters},    {"linear-vae", none}, {"sequence-vae", none}};
    for (const auto& [name, given] : cases) {
        Given all = given;
        all["family"] = name;
        const Family& family = family_named(name);
        const Settings base = settings_of(all);
        const Schema schema = family.schema(base);
        int looked_at = 0;
        for (const OptionRow* row : option_rows(probability_command, name)) {
            if (row->kind != Kind::number && row->kind != Kind::seed) continue;
            if (row->member.owner == typeid(void)) continue;
            for (const double x : {row->low, 0.5 * (row->low + row->high), row->high}) {
                Settings settings = base;
                settings.set(row->name, row->kind == Kind::seed ? "3" : std::to_string(x));
                EXPECT_TRUE(same(family.schema(settings), schema)) << name << ' ' << row->name << ' ' << x;
                ++looked_at;
            }
        }
        EXPECT_GT(looked_at, 5) << name;
    }
    // the twin: whole numbers do
    const Family& family = family_named("components");
    Settings settings = settings_of({{"family", "components"}, {"seed", "1"}});
    const Schema schema = family.schema(settings);
    settings.set("components", "7");
    EXPECT_FALSE(same(family.schema(settings), schema));
}

}  // namespace
