"""Where contributed drawings are kept."""
