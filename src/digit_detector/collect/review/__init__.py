"""Order stored drawings for the maintainer's review."""
