"""Read public sets of drawings into sketches."""
