"""Running one stage of a probe in a child process that can do no harm. Knows nothing of Keras."""
