"""Turns a constructor's parameter into source expressions for it, the likeliest first: by its uses, annotation, kind and name.

The tables are small numbers, equal wherever sizes may have to agree. Knows nothing of calls and of inputs.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections.abc import Mapping
from typing import Any

from .class_text import words_compared_with
from .kinds import kind_meant
from .parameter_uses import LIKELY, use_texts

_BY_NAME: tuple[tuple[str, tuple[str, ...]], ...] = (
    # What a required argument of such a name is tried with: small, and equal wherever sizes may have to agree.
    (r"batch_?size|^bs$|^batch$", ("4", "1")),
    (r"activation|nonlinearity", ("'relu'", "keras.activations.relu")),
    (r"initializer|^init$|_init$", ("'glorot_uniform'",)),
    (r"regularizer|constraint", ("None",)),
    (r"^name$|_name$|prefix|suffix|scope", ("'sample'",)),
    (r"dtype", ("'float32'",)),
    (r"padding", ("'same'", "1")),
    (r"data_format", ("'channels_last'",)),
    (r"^mode$|method|kind|type$|reduction|aggregat|pooling$|combine", ("'sum'", "'mean'", "'max'", "'avg'", "'add'", "'concat'")),
    (r"(kernel|filter|window|pool|patch|block)_?(size|shape|width)s?$|^ks$|^kernel$", ("2", "3", "(2, 2)")),
    (r"stride|dilation", ("1", "(1, 1)", "2")),
    (r"heads$|^head$", ("2", "1", "8")),
    (r"^(n|num|nb|number)_.*(layer|block|stage|step|expert|repeat|stack|cell|level)|^(depth|order|degree|groups?)$", ("2", "8")),
    (r"_id$|^(start|end|pad)_token$", ("1", "0")),
    (r"vocab|^input_dim|num_embeddings|max_tokens|n_tokens", ("50", "8")),
    (r"(^|_)(max_?len|length|seq_?len|seq|time|positions?|timesteps)(_|$)|_len$|^maxlen$", ("6", "8")),
    (r"(class|classes|labels|categories)$", ("3", "8")),
    (r"_(dim|dims|size|units|count|num|channels|features|filters)$|^(n|num|nb|number)_", ("8", "2", "(8, 8)")),
    (r"(^|_)(drop|prob|ratio|momentum|alpha|beta|gamma|lambda|temperature|eps|epsilon|decay|scale|scaling|factor|coef|std|margin|thresh)"
     r"|rate$|^p$|weight$|dropout|threshold", ("0.5", "2")),
    (r"heads|depth|layers$|blocks|stages|stacks|repeat|iterations|steps|experts|n_?out", ("2", "8", "[2, 2]")),
    (r"shape", ("(8,)", "(6, 8)", "(16, 16, 3)", "(None, 8)")),
    (r"axis|axes", ("-1", "1")),
    (r"(^|_)(min|low|lower)(_|$)", ("0.0",)),
    (r"(^|_)(max|high|upper|clip)(_|$)", ("1.0", "8")),
    (r"^(use|is|with|has|include|apply|enable|return|add|do|should)_|bias$|_flag$", ("True", "False")),
    (r"optimizer", ("'adam'",)),
    (r"loss", ("'mean_squared_error'",)),
    (r"metrics", ("[]",)),
    (r"(layers|blocks|models|encoders|experts)$", ("[keras.layers.Dense(8), keras.layers.Dense(8)]", "2")),
    (r"cell", ("keras.layers.LSTMCell(8)", "keras.layers.Dense(8)")),
    (r"layer|block|encoder|decoder|network|backbone|model|base|module|head$|inner|norm|generator|discriminator|projection",
     ("keras.layers.Dense(8)", "keras.Sequential([keras.layers.Dense(8)])", "'batch'", "8")),
    (r"fn$|func|function|callable|^f$|transform", ("abs", "keras.activations.relu")),
    (r"units|filters|dim|size|channel|hidden|width|height|embed|features|nodes|neurons|latent|output|^d_|^n_|^num_|^nb_|count|^[kncdhw]$",
     ("8", "[8, 8]", "(8, 8)")),
    (r"config|params|kwargs|options|dict", ("{}",)),
    (r"path|file|folder|dir$|url|weights$|checkpoint", ("None",)),
)  # fmt: skip

ANYTHING = ("8", "0.5", "None", "'relu'", "True", "(8, 8)", "[8, 8]", "keras.layers.Dense(8)", "abs", "{}")

_BY_ANNOTATION: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"ndarray|ArrayLike", ("numpy.ones(8, 'float32')", "numpy.ones((8, 8), 'float32')")),
    (r"Tensor\b", ("keras.ops.ones((8,))",)),
    (r"Regularizer", ("keras.regularizers.L2(0.25)",)),
    (r"Initializer", ("'glorot_uniform'", "keras.initializers.HeNormal(seed=1)")),
    (r"Constraint", ("keras.constraints.NonNeg()",)),
    (r"Optimizer", ("keras.optimizers.SGD(0.5)",)),
    (r"\bLoss\b", ("keras.losses.Huber(delta=2.0)",)),
    (r"\b(set|Set|frozenset)\b", ("{1, 2}",)),
    (r"\bbool\b", ("True", "False")),
    (r"\b(List|list|Sequence|Iterable)\[\s*(\w+\.)*Layer", ("[keras.layers.Dense(8), keras.layers.Dense(8)]",)),
    (r"\b(List|list|Sequence|Iterable)\[\s*int", ("[8, 8]", "[2, 2]")),
    (r"\b(List|list|Sequence|Iterable)\[\s*str", ("['a', 'b']",)),
    (r"\b(Tuple|tuple)\[\s*int", ("(8, 8)", "(2, 2)", "(8,)")),
    (r"\b(Layer|Model|Sequential)\b", ("keras.layers.Dense(8)", "keras.Sequential([keras.layers.Dense(8)])")),
    (r"Callable", ("abs", "keras.activations.relu")),
    (r"\bfloat\b", ("0.5", "2.0")),
    (r"\bint\b", ("8", "2", "1")),
    (r"\bstr\b", ("'sample'",)),
    (r"\b(Dict|dict|Mapping)\b", ("{}",)),
)

_OF_KIND: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"list of layers or functions", ("[keras.layers.Dense(8), keras.layers.Dense(8)]", "[abs, abs]")),
    (r"layer or function", ("keras.layers.Dense(8)", "lambda values: values * 0.5")),
    (r"class or function", ("keras.layers.Dense", "keras.activations.relu")),
    (r"loss function", ("keras.losses.mean_squared_error",)),
    (r"tokenizer", ("str.split",)),
    (r"activation", ("keras.activations.relu", "keras.activations.tanh")),
    (r"function|lambda|callable", ("keras.activations.relu", "abs", "lambda values: values * 0.5")),
    (r"layer|model", ("keras.layers.Dense(8)", "keras.Sequential([keras.layers.Dense(8)])")),
    (r"array|tensor", ("numpy.ones(8, 'float32')", "numpy.ones((8, 8), 'float32')")),
    (r"set", ("{1, 2}", "{'a', 'b'}")),
    (r"regularizer", ("keras.regularizers.L2(0.25)",)),
    (r"initializer", ("keras.initializers.HeNormal(seed=1)",)),
    (r"constraint", ("keras.constraints.NonNeg()",)),
    (r"loss$", ("keras.losses.Huber(delta=2.0)",)),
    (r"metric", ("keras.metrics.MeanAbsoluteError()",)),
    (r"schedule", ("keras.optimizers.schedules.ExponentialDecay(0.5, 8, 0.25)",)),
    (r"optimizer", ("keras.optimizers.SGD(0.5)",)),
    (r"InputSpec", ("keras.layers.InputSpec(ndim=2)",)),
    (r"path", ("__import__('pathlib').Path('sample')",)),
    (r"dtype", ("__import__('numpy').dtype('float32')",)),
    (r"class", ("keras.layers.Dense",)),
)
"""Expressions for a value of which a finding says the kind."""

_OTHER_WORDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    (r"padding", ("'same'", "'valid'")),
    (r"format", ("'channels_first'",)),
    (r"reduction", ("'sum'", "'mean'")),
)
"""What a text of such a name may be other than its default."""


def of_kind(kind: str, parameter: inspect.Parameter | None = None, source: str = "") -> list[str]:
    """Expressions for a value of a kind of live object; for an enum or dataclass, what annotation or default can make.

    Where the kind leaves open what is called, parameter and class decide.
    """
    uses = use_texts(parameter.name, source, by_name) if kind and parameter is not None else []
    kind = kind_meant(kind, parameter, uses)
    if parameter is not None and kind in ("enum", "dataclass"):
        made = parameter.annotation if isinstance(parameter.annotation, type) else type(parameter.default)
        if made is inspect.Parameter.empty or made is type:
            return []
        return [f"list({made.__name__})[-1]" if kind == "enum" else f"{made.__name__}()"]
    found = [text for pattern, texts in _OF_KIND if re.search(pattern, kind) for text in texts]
    if kind.startswith("list holding"):
        return [f"[{text}]" for text in found]
    return [*(text for _, text in uses if kind in ("layer", "model") and text.startswith("[keras.")), *found]


def by_name(name: str) -> tuple[str, ...]:
    """Expressions for what goes by such a name."""
    return next((texts for pattern, texts in _BY_NAME if re.search(pattern, name.lower())), ())


def candidates(parameter: inspect.Parameter, source: str, namespace: Mapping[str, Any] | None = None) -> list[str]:
    """Expressions that a parameter may be given, the likeliest first, by how the class uses it, its annotation and its name."""
    compared = words_compared_with(parameter.name, source)
    named = by_name(parameter.name)
    annotation = "" if parameter.annotation is inspect.Parameter.empty else _text(parameter.annotation)
    annotated = next((texts for pattern, texts in _BY_ANNOTATION if annotation and re.search(pattern, annotation)), ())
    told = use_texts(parameter.name, source, by_name, namespace)
    uses = [text for doubt, text in told if doubt < LIKELY]
    weak = [text for doubt, text in told if doubt >= LIKELY]
    if annotated:
        kinds = {_kind(text) for text in annotated}
        named = tuple(text for text in named if _kind(text) in kinds)
        uses, weak = [text for text in uses if _kind(text) in kinds], [text for text in weak if _kind(text) in kinds]
    numbers = [text for text in compared if _kind(text) in ("int", "float", "bool")]
    words = [text for text in compared if text not in numbers]
    guessed = [*uses, *_agreeing(named, uses), *weak, *annotated] or list(ANYTHING)
    return list(dict.fromkeys([*words, *(guessed[:2] if not words else ()), *numbers, *guessed]))


def _agreeing(named: tuple[str, ...], uses: list[str]) -> list[str]:
    """What the name suggests: first what is of the kind that the uses show."""
    if not uses:
        return list(named)
    kind = _kind(uses[0])
    return [text for text in named if _kind(text) == kind] + [text for text in named if _kind(text) != kind]


def _kind(text: str) -> str:
    try:
        return type(ast.literal_eval(text)).__name__
    except (ValueError, SyntaxError):
        return "object"


def _text(annotation: Any) -> str:
    return annotation if isinstance(annotation, str) else getattr(annotation, "__name__", None) or str(annotation)


def other_values(parameter: inspect.Parameter, source: str) -> list[str]:
    """Expressions for an optional parameter that differ from its default, so that losing it can be seen."""
    default = parameter.default
    found = [text for text in words_compared_with(parameter.name, source) if text != repr(default)]
    if isinstance(default, bool):
        return [repr(not default)]
    if isinstance(default, int):
        return [*found, repr(default + 1), repr(default * 2), repr(max(default - 1, 1)), "8"]
    if isinstance(default, float):
        return [*found, "0.25" if default == 0.5 else "0.5", repr(default / 2), repr(default + 1.0)]
    if isinstance(default, (tuple, list)) and default and all(isinstance(item, int) for item in default):
        return [repr(type(default)(item * 2 for item in default)), repr(type(default)(item + 1 for item in default))]
    if isinstance(default, str):
        found += _namesakes(default)
        for pattern, words in _OTHER_WORDS:
            if re.search(pattern, parameter.name.lower()):
                found += words
        return [text for text in [*found, "'sample'"] if text != repr(default)]
    for pattern in ("regularizer", "constraint"):
        if pattern in parameter.name:
            return of_kind(pattern)
    return [text for text in candidates(parameter, source) + list(ANYTHING) if text != repr(default)]


def _namesakes(name: str) -> list[str]:
    """Other names of the kind of thing that Keras knows under a name: another activation for an activation."""
    import keras

    for getter, others in ((keras.activations.get, ("'relu'", "'tanh'")), (keras.initializers.get, ("'he_normal'", "'ones'"))):
        try:
            getter(name)
        except (ValueError, TypeError):
            continue
        return [text for text in others if text != repr(name)]
    return []


__all__ = ["ANYTHING", "by_name", "candidates", "of_kind", "other_values", "words_compared_with"]
