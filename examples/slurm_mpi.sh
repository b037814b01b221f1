#!/usr/bin/env bash
# A phase diagram as one MPI job (build with -DMODECOLLAPSE_MPI=ON): rank 0 hands out cells, every rank computes, one result file.
#SBATCH --job-name=modecollapse-mpi
#SBATCH --ntasks=32
#SBATCH --cpus-per-task=4
#SBATCH --time=04:00:00
set -u
SWEEP=${SWEEP:-examples/radius_dimension.toml}
RUN_DIR=${RUN_DIR:-results/mpi}
exec mpirun -n "${SLURM_NTASKS:-2}" modecollapse phase-diagram "$SWEEP" --run-dir "$RUN_DIR" --resume --threads "${SLURM_CPUS_PER_TASK:-1}" --max-time 14280 --quiet
