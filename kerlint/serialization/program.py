"""What the program in a file keeps of its models: nothing, weights, or whole models, and in which form.

Turns the calls of a module into these answers; knows nothing of classes.
"""

from __future__ import annotations

from collections.abc import Iterator

from kerlint.project import Module
from kerlint.semantics import syntax as ir
from kerlint.semantics.walking import attribute_of, dotted, keyword, last_name, own_name, text_of, walk
from kerlint.serialization.names import qualified

_TRAINS = frozenset(("fit", "fit_generator", "train_on_batch", "GradientTape", "save_weights", "load_weights", "export"))
_SAVES = frozenset(("save", "save_model", "load_model"))
_BY_CONFIGURATION = frozenset(
    ("clone_model", "to_json", "model_from_json", "from_config", "serialize_keras_object", "deserialize_keras_object")
)
_ENDINGS = (".keras", ".h5", ".hdf5")


def trains(module: Module) -> bool:
    """Whether the program trains, or writes or reads weights; a model that fetches its own says nothing of who uses it."""
    own = {
        id(node)
        for info in module.classes
        for method in info.facts.methods.values()
        for node in walk(method.body)
        if isinstance(node, ir.Call) and attribute_of(node.function, own_name(method)) == "load_weights"
    }
    return any(
        (last_name(call.function) in _TRAINS and id(call) not in own) or _is_low_level(module, call) for call in _calls(module)
    )


def keeps_models(module: Module) -> bool:
    """Whether the program saves, loads or copies a whole model or a layer by its configuration."""
    for node in _calls(module):
        name = last_name(node.function)
        if name in (_SAVES | _BY_CONFIGURATION) and not _is_of_another_library(module, node):
            return True
        if name == "ModelCheckpoint":
            only = keyword(node, "save_weights_only")
            if not (isinstance(only, ir.Constant) and only.value is True):
                return True
    return False


def writes_only_saved_models(module: Module) -> bool:
    """Whether all that the program writes are SavedModels of Keras 2, which come back without a configuration.

    So does a path without extension, or the bare name of a temporary folder; a file that speaks of another ending is none.
    What is made by `from_config` is asked of each class: `restores`.
    """
    if module.target.major > 2:
        return False
    saves = 0
    for node in _calls(module):
        name = last_name(node.function)
        if (name in _BY_CONFIGURATION and name != "from_config") or name == "ModelCheckpoint":
            return False
        if _is_low_level(module, node) or (name in ("save", "save_model") and not _is_of_another_library(module, node)):
            saves += 1
    return saves > 0 and not any(_names_another_form(node) for node in walk(module.facts.body))


def restores(module: Module, class_name: str) -> bool:
    """Whether the program makes an object of the class from a configuration: `Block.from_config(…)`."""
    return any(
        isinstance(call.function, ir.Attribute)
        and call.function.name == "from_config"
        and (dotted(call.function.value) or "").rpartition(".")[2] in (class_name, "__class__")
        for call in _calls(module)
    )


def _names_another_form(node: ir.Node) -> bool:
    """Whether a text is, or ends as, the name of another form."""
    if isinstance(node, ir.Argument) and node.keyword == "save_format":
        return text_of(node.value) != "tf"
    if isinstance(node, ir.FormattedString):
        last = node.parts[-1] if node.parts else ""
        return isinstance(last, str) and last.endswith(_ENDINGS)
    return (text_of(node) or "").endswith(_ENDINGS)


def _is_low_level(module: Module, call: ir.Call) -> bool:
    """`tf.saved_model.save(…)`."""
    return qualified(module, call.function) == "tensorflow.saved_model.save"


def _calls(module: Module) -> Iterator[ir.Call]:
    return (node for node in walk(module.facts.body) if isinstance(node, ir.Call))


def _is_of_another_library(module: Module, node: ir.Call) -> bool:
    """`np.save(…)` and `Image.fromarray(…).save(…)` keep no model."""
    function: ir.Expr = node.function
    while isinstance(function, (ir.Attribute, ir.Call)):
        name = qualified(module, function)
        if name is not None:
            return not name.startswith(("keras.", "tensorflow.keras."))
        function = function.value if isinstance(function, ir.Attribute) else function.function
    return False
