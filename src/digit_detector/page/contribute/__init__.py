"""Contributions: consent, what a visitor contributed, and the maintainer's review."""
