"""Changing the programs that kerlint reads: text in place of text, in files and notebooks of which nothing else changes."""
