"""How the names of one file lead to what stands in others: imports, globals, and the bases of classes."""
