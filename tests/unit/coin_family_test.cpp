// A family of a test's own (tests/support/coin_family.cpp: a coin that shows heads with the probability --bias). Registered
// from outside the program, it has every command that families share, in text, JSON, CSV and NetCDF, and nobody names it.
// The same from Python: python/tests/test_coin_family.py.
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "host/cli/command_line.hpp"
#include "host/cli/output.hpp"
#include "host/io/netcdf_reader.hpp"

namespace {

using namespace modecollapse;

struct Said {
    int exit_code;
    std::string out;
    nlohmann::json json() const { return nlohmann::json::parse(out); }
};

Said run(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), "modecollapse");
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    spdlog::drop_all();  // a program starts its log once
    Said result;
    const CapturedOutput captured(result.out);
    result.exit_code = run_program(static_cast<int>(argv.size()), argv.data());
    return result;
}

std::string in_folder(const std::string& name) {
    const auto folder = std::filesystem::temp_directory_path() / ("coin_" + std::to_string(::getpid()));
    std::filesystem::create_directories(folder);
    return (folder / name).string();
}

constexpr double tosses = 20000.0;
// Clopper-Pearson at 95 % is missed by one seed in twenty; this many standard errors by one in 10^6.
double bound(double p) { return 4.9 * std::sqrt(p * (1.0 - p) / tosses); }

TEST(CoinFamily, HasProbabilityInEveryForm) {
    const std::vector<std::string> asked = {"probability",    "--family", "coin",   "--bias", "0.3",
                                            "--trajectories", "20000",    "--seed", "7",      "--quiet"};
    const auto with = [&](std::vector<std::string> more) {
        more.insert(more.begin(), asked.begin(), asked.end());
        return run(more);
    };
    const std::string file = in_folder("coin.nc");
    const Said json = with({"--format", "json", "--output", file});
    ASSERT_EQ(json.exit_code, 0) << json.out;
    const nlohmann::json result = json.json();
    EXPECT_NEAR(result["p_collapse"].get<double>(), 0.3, bound(0.3));
    EXPECT_GT(std::fabs(result["p_collapse"].get<double>() - 0.35), bound(0.35));  // twin: another coin
    EXPECT_EQ(result["counts"]["heads"].get<int>() + result["counts"]["tails"].get<int>(), 20000);
    EXPECT_EQ(result["steps"].get<int>(), 20000);
    EXPECT_NEAR(result["mean_height"].get<double>(), 1.5, 4.9 * std::sqrt(1.0 / 12.0 / tosses));
    EXPECT_NEAR(result["mean_height_error"].get<double>(), std::sqrt(1.0 / 12.0 / tosses), 1e-4);
    EXPECT_EQ(result["status"], "complete");
    EXPECT_EQ(result["bias"], 0.3);

    const Dataset dataset = read_netcdf(file);
    const DatasetLookup lookup(dataset, file);
    EXPECT_EQ(lookup.values<double>("p_collapse", {})[0], result["p_collapse"].get<double>());
    EXPECT_EQ(lookup.values<std::int64_t>("counts", {"outcome"})[0], result["counts"]["heads"].get<std::int64_t>());
    EXPECT_EQ(lookup.values<double>("mean_height", {})[0], result["mean_height"].get<double>());
    EXPECT_EQ(lookup.values<double>("bias", {})[0], 0.3);

    const std::string csv = with({"--format", "csv"}).out, text = with({}).out;
    for (const char* column : {"heads", "tails", "p_collapse", "mean_height_error", "bias"})
        EXPECT_NE(csv.find(column), std::string::npos) << column;
    EXPECT_NE(text.find("heads"), std::string::npos) << text;
    EXPECT_NE(text.find("b = 0.3; seed 7"), std::string::npos) << text;
}

TEST(CoinFamily, ThresholdFindsTheBiasItself) {
    const std::string file = in_folder("threshold.nc");
    const Said found = run({"threshold", "--family", "coin", "--level", "0.2,0.7", "--trajectories", "20000", "--seed",
                            "3", "--format", "json", "--output", file, "--quiet"});
    ASSERT_EQ(found.exit_code, 0) << found.out;
    const nlohmann::json rows = found.json()["rows"];
    ASSERT_EQ(rows.size(), 2u);
    for (const auto& row : rows) {
        const double level = row["level"];
        EXPECT_EQ(row["status"], "found");
        EXPECT_EQ(row["direction"], "rising");
        EXPECT_NEAR(row["critical_value"].get<double>(), level, bound(level) + row["resolution"].get<double>());
        EXPECT_FALSE(row.contains("dimension"));
        EXPECT_LT(row["ci_low"].get<double>(), row["critical_value"].get<double>());
        EXPECT_GT(row["ci_high"].get<double>(), row["critical_value"].get<double>());
    }
    // twin: a coin that is loaded in secret is outside the interval
    EXPECT_GT(0.2 + 0.05, rows[0]["ci_high"].get<double>());
    const Dataset dataset = read_netcdf(file);
    const DatasetLookup lookup(dataset, file);
    EXPECT_EQ(lookup.values<double>("critical_value", {"level"})[1], rows[1]["critical_value"].get<double>());
    EXPECT_FALSE(lookup.values<double>("evaluation_bias", {"evaluation"}).empty());
}

TEST(CoinFamily, HasSweepsWithTheSameTosses) {
    std::ofstream(in_folder("coins.toml")) << "[axes]\nbias = [0.1, 0.3, 0.8]\n\n[fixed]\nfamily = \"coin\"\n"
                                              "trajectories = 20000\nseed = 7\n";
    const std::string folder = in_folder("run");
    std::filesystem::remove_all(folder);
    ASSERT_EQ(run({"phase-diagram", in_folder("coins.toml"), "--run-dir", folder, "--quiet"}).exit_code, 0);
    const Dataset dataset = read_netcdf(folder + "/result.nc");
    const DatasetLookup lookup(dataset, folder);
    const std::vector<double> p = lookup.values<double>("p_collapse", {"bias"});
    ASSERT_EQ(p.size(), 3u);
    EXPECT_NEAR(p[0], 0.1, bound(0.1));
    EXPECT_NEAR(p[2], 0.8, bound(0.8));
    const Said alone = run({"probability", "--family", "coin", "--bias", "0.3", "--trajectories", "20000", "--seed",
                            "7", "--format", "json", "--quiet"});
    EXPECT_EQ(p[1], alone.json()["p_collapse"].get<double>());
}

TEST(CoinFamily, IsRefusedWhatItDoesNotHave) {
    for (const std::vector<std::string>& wrong :
         {std::vector<std::string>{"probability", "--family", "coin", "--bias", "2"},
          {"probability", "--family", "coin", "--radius", "2"},
          {"probability", "--family", "coin", "--backend", "cuda"},
          {"threshold", "--family", "coin", "--radius-range", "1:2"},
          {"threshold", "--family", "coin", "--over", "radius"},
          {"threshold", "--family", "coin", "--over-range", "0.5:2"},
          {"threshold", "--family", "coin", "--bias", "0.5"},
          {"trajectory", "--family", "coin"},
          {"theory", "--family", "coin"}})
        EXPECT_EQ(run(wrong).exit_code, 2) << wrong[2] << ' ' << wrong.back();
}

}  // namespace
