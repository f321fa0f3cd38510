"""What a run leaves behind so that the next one is quick, in a folder of its own. It may go at any time."""
