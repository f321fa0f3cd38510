"""The words for what Keras does: a parameter, a function, a class.

Frozen values that the loader fills from the generated data. They know nothing of files and of user code.
"""

from __future__ import annotations

from kerlint.records import dataclass


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter as Python's signature shows it.

    `kind` is positional_only, positional, var_positional, keyword_only or var_keyword. `default` counts only where
    `default_known` is true: a default that is no plain data is not recorded.
    """

    name: str
    kind: str
    required: bool
    default: object
    default_known: bool


@dataclass(frozen=True, slots=True)
class KerasFunction:
    """A public function, or a method under the name of its class (`keras.Model.save`)."""

    name: str
    parameters: tuple[Parameter, ...]

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of that name."""
        return next((parameter for parameter in self.parameters if parameter.name == name), None)


@dataclass(frozen=True, slots=True)
class KerasClass:
    """A class of Keras, or of a known extension of it, and what an instance was seen to do.

    The flags are of a plain instance; where `measured` is false no instance could be called (abstract classes,
    optional packages) and every flag is false for want of knowledge. A wrapper is judged without the weights of the
    layer that it is given.
    """

    name: str
    """Canonical: `keras.layers.BatchNormalization`."""
    kind: str
    """layer, model, loss, metric, initializer, regularizer, constraint, optimizer, schedule, callback or other."""
    bases: tuple[str, ...]
    """Canonical names of the classes of Keras it derives from, nearest first, itself left out."""
    parameters: tuple[Parameter, ...]
    """Of its constructor, own or inherited, `self` left out."""
    extra_keywords: frozenset[str]
    """Keywords that the constructor takes through `**kwargs`, tried one by one."""
    config_keys: tuple[str, ...] | None
    """What `get_config()` of a plain instance returns; None where there is none."""
    defines_get_config: bool
    """The class itself, or a base between it and the bare base of its kind, has its own `get_config`."""
    get_config_from: str | None
    """The class whose `get_config` an instance uses."""
    defines_from_config: bool
    measured: bool = False
    has_variables: bool = False
    """Any variable at all, the state of random generators included."""
    has_weights: bool = False
    has_trainable_weights: bool = False
    has_non_trainable_weights: bool = False
    has_seed_state: bool = False
    updates_state_in_training: bool = False
    updates_state_in_inference: bool = False
    stateful_argument: bool = False
    """With `stateful=True` an instance carries state from one call to the next."""
    differs_in_training: bool = False
    differs_with: tuple[str, ...] = ()
    """Constructor arguments that make it differ in training when they are not zero, such as an LSTM's `dropout`."""
    adapts: bool = False
    input_last_axis_bound: bool = False
    """Once built, a call with another last axis raises."""
    keeps_last_axis: bool = False
    takes_any_rank: bool = False
    channels_from: str | None = None
    """The constructor parameter that is seen again as the output's last axis."""

    @property
    def keywords(self) -> frozenset[str]:
        """Every keyword that the constructor takes."""
        named = (parameter.name for parameter in self.parameters if parameter.kind in ("positional", "keyword_only"))
        return self.extra_keywords | frozenset(named)

    @property
    def takes_any_keyword(self) -> bool:
        """The signature ends in `**kwargs`; what it takes for real is `keywords`."""
        return any(parameter.kind == "var_keyword" for parameter in self.parameters)

    def parameter(self, name: str) -> Parameter | None:
        """The named parameter of the signature; those behind `**kwargs` have none."""
        return next((parameter for parameter in self.parameters if parameter.name == name), None)

    def is_a(self, name: str) -> bool:
        """True for the class of that canonical name and for what derives from it."""
        return name == self.name or name in self.bases
