"""Layers that learn from data by `adapt`: which ones a program has, which models hold them, and what becomes of them."""
