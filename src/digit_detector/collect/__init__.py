"""Store contributed drawings, and review them."""
