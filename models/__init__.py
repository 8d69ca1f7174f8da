"""The bundled weights and their model card, as package data."""
