"""What the benchmarks share: figures with limits, a process's usage, an installation to measure,
scanners with their scores."""
