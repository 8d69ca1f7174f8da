"""Strokes in; pictures with exact boxes out."""
