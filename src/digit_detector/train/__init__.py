"""Everything that needs Lightning: data modules, training, evaluation, export."""
