"""What the benchmarks are asked for: every ratio that is reported, its target, and what bounds it
where it is missed.

A ratio is time of `slow` over time of `fast`, benchmarks of the record by name. at_least, at_most:
the target, or None.
"""
from typing import NamedTuple, Optional


class Ratio(NamedTuple):
    label: str
    slow: str
    fast: str
    at_least: Optional[float] = None
    at_most: Optional[float] = None
    clock: str = "cpu_ns"  # wall_ns: what several threads gain
    scale: float = 1.0
    bound: str = ""  # shown where the target is missed


LANES = ("the engine fills 40 to 50 % of the slots of the FMA units (docs/speed.md; the host's "
         "clock wanders), so with the four lanes of AVX2 a factor "
         "of 2 to 2.5 at most is left in the same arithmetic; with the eight of AVX-512 the "
         "ratios were 503 and 10.2 on 2026-11-20")
TRAINABLE = ("no trap ends a trajectory that is only metastable: it runs to the horizon and takes "
             "3 to 6 times the attempts of fixed weights; and an "
             "attempt costs more, since the gap is fitted in two variables instead of one "
             "(operations of both in docs/speed.md). Tried: linearly "
             "implicit steps for every geometry, which need as many evaluations of the field; "
             "rows of the gap two at a time and a fit no wider "
             "than trajectories go, which are in")
SIMPLEX = TRAINABLE + "; near the edge of the simplex the weight is stiff and a step is implicit"
SAMPLES = ("the exponentials, quotients and, for the score, logarithms of a sample's terms, beside "
           "its three normals")
NORMALS = ("the normals that the two draw have a ratio of 333, and the full sampler is the closer "
           "of the two to its own")

RATIOS = {
    "odeint_quadrature": Ratio("engine over (a) odeint + quadrature", "peer/odeint_quadrature",
                               "peer/engine", at_least=500, bound=LANES),
    "odeint_quadrature_fast_math": Ratio("engine over (a) with -ffast-math",
                                         "peer/odeint_quadrature_fast_math", "peer/engine"),
    "odeint_quadrature_to_horizon": Ratio("engine over (a) to a fixed horizon, t = 200",
                                          "peer/odeint_quadrature_to_horizon", "peer/engine"),
    "odeint_fast": Ratio("engine over (b) odeint + fast expectations", "peer/odeint_fast",
                         "peer/engine", at_least=10, bound=LANES),
    "two_threads": Ratio("two threads over one, wall time", "threads/1", "threads/2", at_least=1.9,
                         clock="wall_ns",
                         bound="other work on the same cores, outside a virtual machine too: see "
                               "the row in processor time, the interval and the load"),
    # wall time that two cores would take if nothing else ran on them: half the processor time of
    # both threads
    "two_threads_processor_time": Ratio("two threads over one, processor time", "threads/1",
                                        "threads/2", scale=2.0),
    "full_over_reduced": Ratio("step of SGD, B = 1000, d = 1000: full over reduced sampler, "
                               "pathwise", "step/full/pathwise/1000",
                               "step/reduced/pathwise/1000", at_least=200, bound=NORMALS),
    "full_over_reduced_reparameterized": Ratio("full over reduced sampler, reparameterized",
                                               "step/full/reparameterized/1000",
                                               "step/reduced/reparameterized/1000", at_least=200),
    "full_over_reduced_score": Ratio("full over reduced sampler, score", "step/full/score/1000",
                                     "step/reduced/score/1000", at_least=200,
                                     bound=NORMALS),
    "reduced_over_normals": Ratio("reduced sampler over drawing its 6000 normals, pathwise",
                                  "step/reduced/pathwise/1000",
                                  "step/normals/6000", at_most=2, bound=SAMPLES),
    "reduced_over_normals_score": Ratio("reduced sampler over drawing its 6000 normals, score",
                                        "step/reduced/score/1000",
                                        "step/normals/6000", at_most=2, bound=SAMPLES),
    "full_over_normals": Ratio("full sampler over drawing its 2 x 10^6 normals, pathwise",
                               "step/full/pathwise/1000", "step/normals/2000000",
                               at_most=2),
    "reduced_over_diffusion": Ratio("SGD at B = 1000 over its diffusion approximation, R = 1",
                                    "step/reduced/pathwise/1000",
                                    "step/diffusion/pathwise/1"),
    "reduced_over_diffusion_3": Ratio("SGD at B = 1000 over its diffusion approximation, R = 3",
                                      "step/reduced/pathwise/1000",
                                      "step/diffusion/pathwise/3", at_least=1),
    "reduced_over_diffusion_10": Ratio("SGD at B = 1000 over its diffusion approximation, R = 10",
                                       "step/reduced/pathwise/1000",
                                       "step/diffusion/pathwise/10", at_least=1),
    "reduced_10_over_diffusion": Ratio("SGD at B = 10 over its diffusion approximation, R = 1",
                                       "step/reduced_10/pathwise/1000",
                                       "step/diffusion/pathwise/1"),
    "vae_full_over_reduced": Ratio("step of SGD of a linear VAE, B = 100, N = 1000: full over "
                                   "reduced sampler", "vae/step/full/1/100",
                                   "vae/step/reduced/1/100", at_least=50),
    "vae_reduced_over_normals": Ratio("reduced sampler of a linear VAE, B = 100, over drawing its "
                                      "300 normals", "vae/step/reduced/1/100",
                                      "step/normals/6000", at_most=2, scale=20.0),
    "components_full_over_reduced": Ratio("step of SGD of four components, B = 10, d = 1000: full "
                                          "over reduced sampler", "components/step/full/4",
                                          "components/step/reduced/4", at_least=50),
    **{f"{weights}_{radius}": Ratio(f"{weights} weights over fixed ones, T = 200, R = {radius}, a "
                                    f"trajectory", f"trainable/{weights}/radius:{radius}",
                                    f"trainable/fixed/radius:{radius}", at_most=4,
                                    bound=SIMPLEX if weights == "simplex" else TRAINABLE)
       for weights in ("softmax", "fisher-rao", "simplex") for radius in ("1.5", "1.9", "2.5")},
}

# Work-precision curves: time at equal error over the engine's. solver, field, at least.
EQUAL_ERROR = 1e-6
CURVES = {
    "Boost.odeint, quadrature": ("Boost.odeint", "quadrature", 500, LANES),
    "Boost.odeint, our expectations": ("Boost.odeint", "polynomials", 10, LANES),
    "CVODE, our expectations": ("CVODE", "polynomials", 10, ""),
    "JAX + diffrax, quadrature": ("JAX + diffrax", "quadrature", 30, ""),
    "JAX + diffrax, our expectations": ("JAX + diffrax", "polynomials", 30,
                                        "XLA uses the same lanes on the same polynomials; what is "
                                        "left is a whole batch that waits for its "
                                        "slowest trajectory, memory traffic between fused loops, "
                                        "and its step control"),
    "SciPy, linear VAE": ("SciPy", "linear VAE", 300, ""),
    "JAX + diffrax, linear VAE": ("JAX + diffrax", "linear VAE", 20, ""),
    "JAX + diffrax, 3 components": ("JAX + diffrax", "3 components", 20,
                                    "by the code, not by a profile: both spend their time in the "
                                    "exponentials of the same product rule, on the same lanes"),
}

FMA_SHARE = 0.40  # of the measured peak, all sums and products counted as a fused operation each
COLD_START = 0.3  # seconds
MEMORY = 200e6    # bytes
SWEEP_OVERHEAD = 0.05
JOURNAL = 2.0     # seconds
