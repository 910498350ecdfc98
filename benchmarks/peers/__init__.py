"""Systems that do a part of what aliqa does, measured beside it: see `benchmarks.compare`."""
