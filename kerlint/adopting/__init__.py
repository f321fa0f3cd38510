"""Taking kerlint into a project that has findings: comments that silence them, and baselines that hold them."""
