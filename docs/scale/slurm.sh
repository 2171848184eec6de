#!/bin/bash
# Every plan on the nodes of a SLURM job: sbatch docs/scale/slurm.sh, from the checkout, on storage that all nodes see.
#SBATCH --job-name=workforce
#SBATCH --ntasks=8
#SBATCH --cpus-per-task=2
#SBATCH --mem-per-cpu=2G
#SBATCH --time=04:00:00
set -euo pipefail

file="$PWD/data/.scheduler-$SLURM_JOB_ID.json"
trap 'rm -f "$file"' EXIT

.venv/bin/dask scheduler --no-dashboard --scheduler-file "$file" &
while [ ! -s "$file" ]; do sleep 1; done
srun --kill-on-bad-exit=0 .venv/bin/dask worker --nthreads 1 --no-dashboard --scheduler-file "$file" &

address=$(.venv/bin/python -c 'import json, sys; print(json.load(open(sys.argv[1]))["address"])' "$file")
.venv/bin/workforce run --all --scheduler "$address"
