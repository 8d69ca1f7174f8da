"""New weights for old: measured on the same canvases, and taken only where nothing important got worse."""
