"""The detector's predecessors: contours cut a drawing into pieces, and a small network labels each."""
