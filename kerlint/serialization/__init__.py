"""The serialization contract: what a class takes, what its configuration holds, and what a loaded object is made from.

Stands between the facts of the core and the rules KER201 to KER211. Knows nothing of messages and of output.
"""
