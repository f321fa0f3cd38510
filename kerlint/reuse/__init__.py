"""One layer called more than once: which calls lie in one pass, on which tensors, and what the layer keeps between them.

Knows nothing of messages and of reports.
"""
