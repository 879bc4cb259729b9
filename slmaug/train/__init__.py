"""Training and asking: rows become a model, and the model's answers are scored."""
