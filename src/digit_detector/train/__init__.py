"""Training: data, augmentation, the Lightning module, averaging, export and promotion."""
