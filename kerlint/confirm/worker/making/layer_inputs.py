"""What a layer of Keras's takes, by the name of its class: a number of axes, whole numbers, words, images.

Knows nothing of the text in which it stands.
"""

from __future__ import annotations

import ast
import re

from .call_syntax import last_name
from .clues import Clue

_SPATIAL = re.compile(r"(Conv|Pool|UpSampling|ZeroPadding|Cropping|SpatialDropout)\w*([123])D")
_SEQUENCE = re.compile(r"^((Simple)?RNN|LSTM|GRU|Bidirectional|(Additive|MultiHead|GroupQuery|GroupedQuery)?Attention)$")
_WHOLE_NUMBERS = re.compile(r"^((TokenAndPosition|Token|Reversible)?Embedding|IntegerLookup|CategoryEncoding|HashedCrossing)$")
_WORDS = re.compile(r"^(StringLookup|TextVectorization|Hashing)$|Tokenizer$")
_IMAGES = re.compile(
    r"^(Resizing|CenterCrop|Random[A-Z]\w+|resize(_images)?|extract_patches|crop_and_resize|adjust_\w+|rgb_to_\w+|flip_left_right)$"
)


def what_a_layer_takes(clue: Clue, name: str, made: ast.expr) -> bool:
    """Notes what a layer of such a name takes. Says whether it is one that is known here."""
    spatial = _SPATIAL.search(name)
    if spatial is not None:
        clue.exactly(int(spatial.group(2)) + 2 + ("LSTM" in name))
    elif _SEQUENCE.match(name):
        clue.exactly(3)
    elif _WHOLE_NUMBERS.match(name):
        clue.dtype = clue.dtype or "int32"
    elif _WORDS.search(name):
        clue.dtype = clue.dtype or "string"
    elif _IMAGES.match(name):
        clue.exactly(4)
        clue.is_image = True
    elif name == "Dense":
        clue.at_least(2)
    elif name == "TimeDistributed" and isinstance(made, ast.Call) and made.args and isinstance(made.args[0], ast.Call):
        inner = Clue()
        what_a_layer_takes(inner, last_name(made.args[0].func), made.args[0])
        if inner.rank:
            clue.exactly(inner.rank + 1)
        clue.at_least(3)
    else:
        return False
    return True
