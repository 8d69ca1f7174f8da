"""Measurement on benchmark folders: figures, comparison, label issues, and the baseline."""
