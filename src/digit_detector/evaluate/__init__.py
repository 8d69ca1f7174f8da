"""Measurement on benchmark folders: figures, comparison, promotion of weights, and the baselines."""
