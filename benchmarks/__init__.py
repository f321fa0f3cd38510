"""What kerlint is measured on, beside its tests."""
