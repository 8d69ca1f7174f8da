"""Public sets of drawings, each read into typed drawings."""
