"""What probes look at, in the child: each look puts one prediction to the test and says what it saw."""
