"""Finds and names everything that people draw: ten digits, doodles, and the rude doodle."""
