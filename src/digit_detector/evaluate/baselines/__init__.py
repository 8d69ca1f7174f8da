"""The baselines: contours cut a drawing into pieces, and a small network labels each."""
