// A trained VAE out of a file: draws from its prior, what its encoder makes of data, and its decoder of that.
#pragma once

#include <string>

#include "host/families/saved_models.hpp"
#include "host/families/vae/options.hpp"

namespace modecollapse {

extern const ModelsFamily vae_models;

class TrainedVae {
public:
    // A member of models of the family that were read from the file. Throws std::domain_error for a member that is not there or
    // failed.
    TrainedVae(const SavedModels& models, const std::string& path, std::uint64_t member);

    std::uint64_t seed() const { return models_.seed; }
    std::uint64_t steps() const { return models_.steps[index_]; }
    std::uint32_t latent() const { return run_.problem.latent; }
    std::uint32_t clusters() const { return run_.problem.clusters; }
    std::uint32_t dimension() const { return run_.problem.dimension; }
    Precision precision() const { return run_.precision; }

    // Draws of the prior, z (count, l), and what the decoder makes of them, x (count, t): means of p(x|z), of a bernoulli
    // likelihood probabilities.
    struct Draws {
        std::vector<double> z, x;
        std::vector<std::int64_t> cluster;  // (count), from 1
    };
    Draws sample(const char* isa, std::uint64_t skip, std::uint64_t count) const;

    // Of every row of a file, in its order.
    struct Encoded {
        std::vector<double> mean, variance;  // (rows, l): of q(z|x), with clusters of sum_y q(y|x) q(z|x,y)
        std::vector<double> share;           // (rows, c): q(y|x)
        std::vector<double> kl;              // (rows): KL(q(z|x) || prior), with clusters that of y and z
        std::vector<std::int64_t> labels;    // (rows), or none
        std::string digest;                  // of the files
        std::uint64_t rows() const { return kl.size(); }
    };
    Encoded encode(const char* isa, const std::string& data, const std::string& labels) const;

    // Of the first rows of a file, in its order; x: the row as the encoder saw it, scaled. The mean of p(x|z) is that at the
    // mean of q(z|x), with clusters sum_y q(y|x) E[x|z_y], z_y the mean of q(z|x,y): a mean over the clusters' z would lie between them.
    struct Reconstructed {
        std::vector<double> x, mean;        // (rows, t)
        std::vector<double> squared_error;  // (rows): |x - mean|^2
        std::vector<std::int64_t> labels;   // (rows), or none
        std::string digest;                 // of the files
        std::uint64_t rows() const { return squared_error.size(); }
    };
    // rows: 0: all. Throws std::domain_error for more than there are.
    Reconstructed reconstruct(const char* isa, const std::string& data, const std::string& labels,
                              std::uint64_t rows) const;

private:
    struct Codes;  // what the encoder gives a file's rows, in the table's order
    enum class KeepData { no, yes };

    Codes codes_of(const char* isa, const std::string& data, const std::string& labels, KeepData keep_data) const;
    // E[x|z] out of the decoder's output
    void make_means(std::vector<double>& f) const;
    vae::TrainedMember member() const;

    SavedModels models_;
    VaeRun run_;
    std::uint64_t index_;
};

}  // namespace modecollapse
