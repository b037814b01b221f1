"""From install (`pip install .`) to a threshold curve: R_c against the dimension, with its figure
and its page.
"""

# %% the run
import modecollapse

result = modecollapse.threshold(dimension=[10, 100, 1000], level=0.1, trajectories=2000, seed=7,
                                output="threshold.nc")
print(result.r_c.sel(level=0.1).to_series())

# %% the figure
from modecollapse.figures.threshold import threshold_figure

threshold_figure(result).savefig("threshold.png")
