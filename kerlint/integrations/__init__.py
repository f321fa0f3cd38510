"""kerlint inside other tools, one module each. Nothing of kerlint imports these."""
