"""What a program writes models and weights to and reads them from, for the rules on saving and loading."""
