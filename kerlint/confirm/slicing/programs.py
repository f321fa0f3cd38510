"""Which statements are a program's work (training, saving, showing, printing) and not the making of anything.

Knows names of methods only.
"""

from __future__ import annotations

import libcst as cst

from kerlint.confirm.slicing.names import dotted, root_of

_WORK = frozenset(
    "fit fit_generator train_on_batch evaluate evaluate_generator predict predict_generator predict_on_batch test_on_batch "
    "predict_classes predict_proba summary plot_model print pprint display show imshow plot imsave savefig to_json to_yaml "
    "to_csv train test export write writelines close flush dump mkdir makedirs remove unlink rmtree rename copyfile move system "
    "urlretrieve retrieve extractall get_file input exit quit info debug warning error log logging critical main mainloop run "
    "sleep search tune fit_transform score".split()
)
_WORK_BEGINNINGS = ("save", "export_", "load_weights", "download", "plot_", "print_", "show_", "train_", "write_", "evaluate_")
_WORKING_MODULES = frozenset(("plt", "pyplot", "logging", "logger", "subprocess", "shutil", "wandb", "mlflow", "sns"))

COMPLETING = frozenset(
    "update append extend add insert setdefault register appendleft extendleft push set_defaults add_argument put compile "
    "build adapt set_vocabulary".split()
)
"""Methods that complete a constant after it was bound."""

SETTINGS = frozenset(
    "set_floatx set_epsilon set_image_data_format set_image_dim_ordering set_learning_phase set_global_policy set_policy".split()
)
"""Functions of Keras that change what is made after them."""


def completes(method: str) -> bool:
    """Whether a method's call as a statement completes the object that it is called on."""
    return method in COMPLETING or method.startswith("register")


def runs_the_program(node: cst.CSTNode) -> bool:
    """Whether a statement is a call that only does a program's work."""
    if not isinstance(node, cst.Expr):
        return False
    call = node.value.expression if isinstance(node.value, cst.Await) else node.value
    if not isinstance(call, cst.Call):
        return False
    name = call.func.attr.value if isinstance(call.func, cst.Attribute) else dotted(call.func)
    return name in _WORK or name.startswith(_WORK_BEGINNINGS) or root_of(call.func) in _WORKING_MODULES
