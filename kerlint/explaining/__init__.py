"""Why a line is, or is not, reported: what the analysis took its names to be, and what became of its findings."""
