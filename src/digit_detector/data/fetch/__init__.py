"""Download the public drawings, and convert them to the files that `synth.sources` reads."""
