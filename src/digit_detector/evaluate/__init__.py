"""The frozen suite: canvases that training never sees, under named conditions, and a detector's figures on them."""
