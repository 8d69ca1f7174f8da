"""Training: data, augmentation, the Lightning module, averaging and export."""
