"""Drawings as files: public sets to download, and formats to convert between."""
