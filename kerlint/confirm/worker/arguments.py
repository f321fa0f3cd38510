"""Turns a constructor's signature, and what the project gives it, into calls to try, as source text.

Every argument is an expression, so that what worked can be shown to a person. Real instantiations come first, then
defaults, annotations and names. Knows Keras only through `keras` in the expressions.
"""

from __future__ import annotations

import ast
import inspect
import itertools
import re
import textwrap
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Callable


@dataclass(frozen=True)
class Call:
    """The arguments of one constructor call: expressions, by position and by name."""

    positional: tuple[str, ...] = ()
    keywords: tuple[tuple[str, str], ...] = ()
    is_real: bool = False
    """Whether the project itself makes this call."""

    def __str__(self) -> str:
        return ", ".join([*self.positional, *(f"{name}={value}" for name, value in self.keywords)])

    def with_keyword(self, name: str, value: str) -> Call:
        """The same call with one more, or another, argument by name."""
        rest = tuple(item for item in self.keywords if item[0] != name)
        return replace(self, keywords=(*rest, (name, value)), is_real=False)

    def evaluated(self, namespace: Mapping[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """The arguments as objects, new ones each time."""
        scope = dict(namespace)
        return [eval(text, scope) for text in self.positional], {name: eval(text, scope) for name, text in self.keywords}


_BY_NAME: tuple[tuple[str, tuple[str, ...]], ...] = (
    # What a required argument of such a name is tried with: small, and equal wherever sizes may have to agree.
    (r"activation|nonlinearity", ("'relu'", "keras.activations.relu")),
    (r"initializer|^init$|_init$", ("'glorot_uniform'",)),
    (r"regularizer|constraint", ("None",)),
    (r"^name$|_name$|prefix|suffix|scope", ("'sample'",)),
    (r"dtype", ("'float32'",)),
    (r"padding", ("'same'", "1")),
    (r"data_format", ("'channels_last'",)),
    (r"^mode$|method|kind|type$|reduction|aggregat|pooling|combine", ("'sum'", "'mean'", "'max'", "'avg'", "'add'", "'concat'")),
    (r"(kernel|filter|window|pool|patch|block)_?(size|shape|width)$|^ks$|^kernel$", ("2", "3", "(2, 2)")),
    (r"stride|dilation", ("1", "(1, 1)", "2")),
    (r"rate|drop|prob|ratio|^p$|momentum|alpha|beta|gamma|lambda|temperature|eps|decay|weight$|scale|factor|coef|std", ("0.5", "2")),
    (r"heads|depth|layers$|blocks|stages|stacks|repeat|iterations|steps|order|degree|groups|experts|n_?out", ("2", "8", "[2, 2]")),
    (r"shape", ("(8,)", "(6, 8)", "(16, 16, 3)", "(None, 8)")),
    (r"vocab|input_dim|num_embeddings|max_tokens|n_tokens", ("50", "8")),
    (r"length|max_?len|seq|time|position|timesteps", ("6", "8")),
    (r"class|labels|categories", ("3", "8")),
    (r"axis|axes", ("-1", "1")),
    (r"min|low", ("0.0",)),
    (r"max|high|clip", ("1.0", "8")),
    (r"^(use|is|with|has|include|apply|enable|return|add|do)_|bias$|_flag$", ("True", "False")),
    (r"optimizer", ("'adam'",)),
    (r"loss", ("'mean_squared_error'",)),
    (r"metrics", ("[]",)),
    (r"(layers|blocks|models|encoders|experts)$", ("[keras.layers.Dense(8), keras.layers.Dense(8)]", "2")),
    (r"cell", ("keras.layers.LSTMCell(8)", "keras.layers.Dense(8)")),
    (r"layer|block|encoder|decoder|network|backbone|model|base|module|head$|inner|norm|generator|discriminator|projection",
     ("keras.layers.Dense(8)", "keras.Sequential([keras.layers.Dense(8)])", "'batch'")),
    (r"fn$|func|function|callable|^f$|transform", ("abs", "keras.activations.relu")),
    (r"units|filters|dim|size|channel|hidden|width|embed|features|nodes|neurons|latent|output|^d_|^n_|^num_|^nb_|count|^k$|^n$|^c$",
     ("8", "[8, 8]", "(8, 8)")),
    (r"config|params|kwargs|options|dict", ("{}",)),
    (r"path|file|folder|dir$|url|weights$|checkpoint", ("None",)),
)  # fmt: skip

_ANYTHING = ("8", "0.5", "None", "'relu'", "True", "(8, 8)", "[8, 8]", "keras.layers.Dense(8)", "abs", "{}")

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
    (r"function|lambda|callable", ("lambda values: values * 0.5", "abs", "keras.activations.relu")),
    (r"layer|model", ("keras.layers.Dense(8)", "keras.Sequential([keras.layers.Dense(8)])")),
    (r"array|tensor", ("numpy.ones(8, 'float32')", "numpy.ones((8, 8), 'float32')")),
    (r"set", ("{1, 2}", "{'a', 'b'}")),
    (r"regularizer", ("keras.regularizers.L2(0.25)",)),
    (r"initializer", ("keras.initializers.HeNormal(seed=1)",)),
    (r"constraint", ("keras.constraints.NonNeg()",)),
    (r"loss", ("keras.losses.Huber(delta=2.0)",)),
    (r"optimizer", ("keras.optimizers.SGD(0.5)",)),
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

_COMBINATIONS = 48


def of_kind(kind: str, parameter: inspect.Parameter | None = None) -> list[str]:
    """Expressions for a value of a kind of live object; for an enum or dataclass, what annotation or default can make."""
    if parameter is not None and kind in ("enum", "dataclass"):
        made = parameter.annotation if isinstance(parameter.annotation, type) else type(parameter.default)
        if made is inspect.Parameter.empty or made is type:
            return []
        return [f"list({made.__name__})[-1]" if kind == "enum" else f"{made.__name__}()"]
    return [text for pattern, texts in _OF_KIND if re.search(pattern, kind) for text in texts]


def parameters_of(cls: type) -> list[inspect.Parameter]:
    """The named parameters of a class's constructor."""
    try:
        signature = inspect.signature(cls.__init__)  # type: ignore[misc]
    except (TypeError, ValueError):
        return []
    named = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)
    return [parameter for parameter in list(signature.parameters.values())[1:] if parameter.kind in named]


def calls_to_try(cls: type, real: Sequence[Call], hint: Call | None, source: str, kinds: Mapping[str, str]) -> Iterator[Call]:
    """Constructor calls, the most likely to mean something first: the user's, the project's, the guessed.

    `kinds` says of some parameters what kind of value they are meant for.
    """
    if hint is not None:
        yield hint
        return
    seen = set()
    for call in real:
        if str(call) not in seen:
            seen.add(str(call))
            yield call
    parameters = parameters_of(cls)
    required = [parameter for parameter in parameters if parameter.default is inspect.Parameter.empty]
    options = [candidates(parameter, source) for parameter in required]
    known = {name: value for call in real for name, value in _named(call, parameters)}
    for parameter, choices in zip(required, options):
        choices[:0] = of_kind(kinds.get(parameter.name, ""), parameter)
        if parameter.name in known and known[parameter.name] not in choices:
            choices.insert(0, known[parameter.name])
    ranked = sorted(itertools.product(*(range(min(len(choices), 4)) for choices in options)), key=sum)
    for ranks in ranked[:_COMBINATIONS]:
        keywords = tuple((p.name, choices[rank]) for p, choices, rank in zip(required, options, ranks))
        call = Call(keywords=keywords)
        if str(call) not in seen:
            seen.add(str(call))
            yield call


def _named(call: Call, parameters: Sequence[inspect.Parameter]) -> Iterator[tuple[str, str]]:
    yield from ((parameter.name, text) for parameter, text in zip(parameters, call.positional))
    yield from call.keywords


def candidates(parameter: inspect.Parameter, source: str) -> list[str]:
    """Expressions that a parameter may be given, the likeliest first, by the words of the class, annotation and name."""
    found = words_compared_with(parameter.name, source) + _taken_apart(parameter.name, source)
    annotation = "" if parameter.annotation is inspect.Parameter.empty else _text(parameter.annotation)
    named = next((texts for pattern, texts in _BY_NAME if re.search(pattern, parameter.name.lower())), ())
    annotated = next((texts for pattern, texts in _BY_ANNOTATION if annotation and re.search(pattern, annotation)), ())
    if annotated:
        kinds = {_kind(text) for text in annotated}
        named = tuple(text for text in named if _kind(text) in kinds)
    for text in (*named, *annotated) or _ANYTHING:
        if text not in found:
            found.append(text)
    return found


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
    return [text for text in candidates(parameter, source) + list(_ANYTHING) if text != repr(default)]


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


def words_compared_with(name: str, source: str) -> list[str]:
    """The constants that a class compares a parameter with: `if mode == "sum"`, `mode in ("sum", "mean")`, a dict's keys.

    The parameter counts where it is one, and as an attribute of that name everywhere.
    """
    found: list[str] = []
    for function in ast.walk(_parsed(source)):
        if not isinstance(function, (ast.FunctionDef, ast.AsyncFunctionDef)):
            continue
        arguments = function.args
        is_parameter = name in [argument.arg for argument in (*arguments.args, *arguments.kwonlyargs)]
        for node in ast.walk(function):
            if isinstance(node, ast.Compare) and _is_called(node.left, name, is_parameter):
                for comparator in node.comparators:
                    items = comparator.elts if isinstance(comparator, (ast.Tuple, ast.List, ast.Set)) else [comparator]
                    found += [repr(item.value) for item in items if isinstance(item, ast.Constant) and item.value is not None]
            elif isinstance(node, ast.Subscript) and _is_called(node.slice, name, is_parameter) and isinstance(node.value, ast.Dict):
                found += [repr(key.value) for key in node.value.keys if isinstance(key, ast.Constant)]
    return list(dict.fromkeys(found))


def _taken_apart(name: str, source: str) -> list[str]:
    """A tuple of as many numbers as a class takes a parameter apart into: `a, b, c = self.filters`."""
    for node in ast.walk(_parsed(source)):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], (ast.Tuple, ast.List)) and _is_called(node.value, name, True):
            return [repr((8,) * len(node.targets[0].elts))]
    return []


def _is_called(node: ast.AST, name: str, is_parameter: bool) -> bool:
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):  # mode.lower()
        node = node.func.value
    return (is_parameter and isinstance(node, ast.Name) and node.id == name) or (isinstance(node, ast.Attribute) and node.attr == name)


_trees: dict[str, ast.AST] = {}


def _parsed(source: str) -> ast.AST:
    if source not in _trees:
        try:
            _trees[source] = ast.parse(textwrap.dedent(source))
        except SyntaxError:
            _trees[source] = ast.Module(body=[], type_ignores=[])
    return _trees[source]


def switches(cls: type, call: Call) -> Iterator[Call]:
    """The same call with each truth value of the constructor turned round, one at a time."""
    given = {name for name, _ in call.keywords}
    for index, parameter in enumerate(parameters_of(cls)):
        if isinstance(parameter.default, bool) and index >= len(call.positional) and parameter.name not in given:
            yield call.with_keyword(parameter.name, repr(not parameter.default))


__all__ = ["Call", "Callable", "calls_to_try", "candidates", "other_values", "parameters_of", "switches", "words_compared_with"]
