"""Finding arguments and inputs with which a class of the slice is made and run. Knows nothing of verdicts."""
