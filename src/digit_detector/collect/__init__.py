"""Drawings that people give: kept, reviewed, and moved between formats."""
