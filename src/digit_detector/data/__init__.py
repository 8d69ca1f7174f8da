"""Download public drawings, and convert drawings between formats."""
