"""The part of `--confirm` that another interpreter runs: one that has Keras and has not kerlint."""
