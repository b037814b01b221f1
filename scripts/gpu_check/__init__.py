"""Everything that only a GPU can show, item by item: see scripts/gpu-check."""
