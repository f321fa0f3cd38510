"""Running a stretch of program with made values for what it does not make itself. Knows nothing of verdicts."""
