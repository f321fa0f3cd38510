"""Makes the documentation: pages of rules and settings, the JSON schemas, and the proof that pages tell the truth.

Each module turns something that the program knows into text for readers, or a page into what is wrong with it. Nothing here is
part of the installed package.
"""
