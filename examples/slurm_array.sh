#!/usr/bin/env bash
# A phase diagram as a Slurm job array: each task takes its share of the cells (--shard slurm) and keeps it in a folder of its own.
# Submit again after a time limit: --resume goes on where each task stopped. A task that was lost is submitted again alone (sbatch --array=7):
# it takes its old share, as the shards in the folder tell. At the end:
#   modecollapse merge "$RUN_DIR"            writes $RUN_DIR/result.nc
#SBATCH --job-name=modecollapse
#SBATCH --array=0-15
#SBATCH --cpus-per-task=8
#SBATCH --time=04:00:00
#SBATCH --signal=B:TERM@120
set -u
SWEEP=${SWEEP:-examples/radius_dimension.toml}
RUN_DIR=${RUN_DIR:-results/array}
mkdir -p "$RUN_DIR"
# stop two minutes early by ourselves: exit code 75 says "resumable"
exec modecollapse phase-diagram "$SWEEP" --run-dir "$RUN_DIR" --shard slurm --resume --threads "${SLURM_CPUS_PER_TASK:-1}" --max-time 14280 --quiet
