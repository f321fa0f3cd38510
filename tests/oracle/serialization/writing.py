"""Writes a program of the serialization oracle as an author would: the class, then a round trip through a `.keras` file."""

from __future__ import annotations

from oracle.serialization.grammar import Class, Parameter, Program

BASES = {
    "layer": "keras.layers.Layer",
    "model": "keras.Model",
    "dense": "keras.layers.Dense",
    "renamed_dense": "keras.layers.Dense",
}
UNITS = {"dense": "units", "renamed_dense": "size"}
SERIALISERS = {
    "activation": "keras.activations.serialize",
    "initializer": "keras.initializers.serialize",
    "layer": "keras.saving.serialize_keras_object",
    "function": "keras.saving.serialize_keras_object",
}
_INDENT = "    "


def text_of(program: Program) -> str:
    """The whole program."""
    lines = ["import keras", ""]
    for number, made in enumerate(program.classes):
        base = program.classes[number - 1] if number else None
        lines += ["", *_class(program, made, base)]
    lines += ["", "", *_round_trip(program)]
    return "\n".join(lines) + "\n"


def _class(program: Program, made: Class, base: Class | None) -> list[str]:
    base_name = base.name if base else BASES[program.kind]
    lines = []
    if made.has_config and made.style == "helper_function":
        own = own_entries(program, made, "block")
        lines += [f"def configuration_of_{made.name.lower()}(block):", f"    return {_display(own)}", "", ""]
    if program.known == "registered" and made is program.classes[-1]:
        lines.append('@keras.saving.register_keras_serializable(package="generated")')
    lines.append(f"class {made.name}({base_name}):")
    body = _constructor(program, made, base)
    if base is None or made.parameters:
        body += ["", *_build(made), *_call(program, made, base)]
    if made.has_config:
        body += ["", *_get_config(program, made, base_name)]
    if made.from_config != "none":
        body += ["", *_from_config(program, made)]
    return lines + [_INDENT + line if line else "" for line in body]


def _constructor(program: Program, made: Class, base: Class | None) -> list[str]:
    handed = base.parameters if base and made.takes_base else ()
    every = sorted((*made.parameters, *handed), key=lambda parameter: parameter.has_default)
    signature = ["self", *(_declared(program, parameter) for parameter in every)]
    signature += {"none": [], "named": ["name=None"]}.get(made.keywords, ["**kwargs"])
    units = UNITS.get(program.kind, "") if base is None or made.takes_base else ""
    if units:
        signature.insert(1, units)
    given = [f"{parameter.name}={parameter.name}" for parameter in handed]
    given = [units, *given] if units else given
    if made.keywords == "fixed_name":
        given.append('name="fixed"')
    given += {"forwarded": ["**kwargs"], "fixed_name": ["**kwargs"], "named": ["name=name"]}.get(made.keywords, [])
    lines = [f"def __init__({', '.join(signature)}):", f"    super().__init__({', '.join(given)})"]
    for parameter in made.parameters:
        value = parameter.change.format(parameter.name) if parameter.change else parameter.name
        if not parameter.attribute:
            lines.append(f"    self.{parameter.kept_name} = keras.layers.Dense({parameter.name})")
        else:
            lines.append(f"    self.{parameter.attribute} = {value}")
    if made.has_config and made.style == "kept":
        kept = {p.name: p.name for p in made.parameters if p.entry != "missing"}
        lines.append(f"    self._stored_by_{made.name.lower()} = {_display(kept)}")
    return lines


def _declared(program: Program, parameter: Parameter) -> str:
    return f"{parameter.name}={program.default_of(parameter)}" if parameter.has_default else parameter.name


def _build(made: Class) -> list[str]:
    initializers = [p for p in made.parameters if p.kind == "initializer"]
    if not initializers:
        return []
    lines = ["def build(self, input_shape):"]
    for p in initializers:
        name = f"{p.name}_weight"
        lines.append(f'    self.{name} = self.add_weight(name="{name}", shape=(), initializer=self.{p.attribute})')
    return [*lines, "    super().build(input_shape)", ""]


def _call(program: Program, made: Class, base: Class | None) -> list[str]:
    lines = ["def call(self, x):"]
    if base is not None or program.kind in UNITS:
        lines.append("    x = super().call(x)")
    for parameter in made.parameters:
        attribute = f"self.{parameter.kept_name}"
        is_object = parameter.change != ""
        uses = {
            "int": f"x = x * {attribute}" if parameter.attribute else f"x = {attribute}(x)",
            "float": f"x = x * {attribute}",
            "bool": f"x = x + 1.0 if {attribute} else x",
            "text": f'x = x + 2.0 if {attribute} in ("mean", "last") else x',
            "tuple": f"x = x + sum({attribute})",
            "optional": f"x = x if {attribute} is None else x * {attribute}",
            "activation": f"x = {attribute}(x)" if is_object else f"x = keras.activations.get({attribute})(x)",
            "initializer": f"x = x + self.{parameter.name}_weight",
            "layer": f"x = x if {attribute} is None else {attribute}(x)" if parameter.has_default else f"x = {attribute}(x)",
            "function": f"x = x if {attribute} is None else {attribute}(x)" if parameter.has_default else f"x = {attribute}(x)",
        }
        lines.append(f"    {uses[parameter.kind]}")
    return [*lines, "    return x"]


def own_entries(program: Program, made: Class, own: str = "self") -> dict[str, str]:
    """The keys that the class's own `get_config` writes, with their expressions."""
    entries = {}
    for number, parameter in enumerate(made.parameters):
        others = [p for p in made.parameters if p is not parameter and p.kind == parameter.kind]
        value = f"{own}.{parameter.kept_name}" + ("" if parameter.attribute else ".units")
        is_object = parameter.kind in ("layer", "function") or (parameter.kind in SERIALISERS and parameter.change)
        if is_object and parameter.entry != "raw":
            value = f"{SERIALISERS[parameter.kind]}({value})"
        match parameter.entry:
            case "missing":
                continue
            case "renamed":
                entries[f"{parameter.name}_{number}"] = value
            case "other" if others:
                entries[parameter.name] = f"{own}.{others[0].kept_name}" + ("" if others[0].attribute else ".units")
            case "changed" if parameter.kind in ("int", "float"):
                entries[parameter.name] = f"{value} * 2"
            case "unset" if parameter.attribute != parameter.name:
                entries[parameter.name] = f"{own}.{parameter.name}"
            case _:
                entries[parameter.name] = value
    if program.kind == "renamed_dense" and made is program.classes[0]:
        entries["size"] = f"{own}.units"
    if made.extra_key:
        entries[made.extra_key] = "1"
    return entries


def _display(entries: dict[str, str]) -> str:
    return "{" + ", ".join(f'"{key}": {value}' for key, value in entries.items()) + "}"


def _keywords(entries: dict[str, str]) -> str:
    return ", ".join(f"{key}={value}" for key, value in entries.items())


def _get_config(program: Program, made: Class, base_name: str) -> list[str]:
    own = own_entries(program, made)
    by_hand = '{"name": self.name, "trainable": self.trainable, "dtype": self.dtype_policy.name}'
    base = {
        "super": "super().get_config()",
        "super_old": f"super({made.name}, self).get_config()",
        "base_by_name": f"{base_name}.get_config(self)",
        "none": "",
        "by_hand": by_hand,
    }[made.base_keys]
    before: list[str] = []
    if made.style == "helper_method":
        before = ["def own_configuration(self):", f"    return {_display(own)}", ""]
    return [*before, "def get_config(self):", *(_INDENT + line for line in _body(program, made, own, base))]


def _body(program: Program, made: Class, own: dict[str, str], base: str) -> list[str]:
    display = _display(own)
    sources = {
        "helper_method": "self.own_configuration()",
        "helper_function": f"configuration_of_{made.name.lower()}(self)",
        "kept": f"self._stored_by_{made.name.lower()}",
    }
    if made.style in sources:
        source = sources[made.style]
        return [f"return {{**{base}, **{source}}}" if base else f"return dict({source})"]
    plain = [key for key, value in own.items() if value == f"self.{key}"]
    if made.style in ("loop", "comprehension") and plain:
        rest = {key: value for key, value in own.items() if key not in plain}
        names = "(" + ", ".join(f'"{key}"' for key in plain) + ",)"
        lines = [f"config = {base or '{}'}"]
        if made.style == "loop":
            lines += [f"for key in {names}:", "    config[key] = getattr(self, key)"]
        else:
            lines.append(f"config.update({{key: getattr(self, key) for key in {names}}})")
        return [*lines, *(f'config["{key}"] = {value}' for key, value in rest.items()), "return config"]
    if not base:
        return [f"return dict({_keywords(own)})"] if made.style in ("dict", "update_keywords") else [f"return {display}"]
    match made.style:
        case "display_last":
            return [f"return {{{display[1:-1]}, **{base}}}" if own else f"return {{**{base}}}"]
        case "update":
            return [f"config = {base}", f"config.update({display})", "return config"]
        case "update_keywords":
            return [f"config = {base}", f"config.update({_keywords(own)})", "return config"]
        case "assigned":
            return [f"config = {base}", *(f'config["{key}"] = {value}' for key, value in own.items()), "return config"]
        case "dict":
            return [f"return dict(**{base}, {_keywords(own)})"]
        case "dict_positional":
            return [f"return dict({base}, {_keywords(own)})"]
        case "or":
            return [f"return {base} | {display}"]
        case "base_first":
            return [f"base_config = {base}", f"config = {display}", "return {**base_config, **config}"]
        case "items":
            joined = "return dict(list(base_config.items()) + list(config.items()))"
            return [f"base_config = {base}", f"config = {display}", joined]
    return [f"return {{**{base}, {display[1:-1]}}}" if own else f"return {{**{base}}}"]


def _from_config(program: Program, made: Class) -> list[str]:
    lines = ["@classmethod", "def from_config(cls, config):"]
    objects = [p for p in program.parameters if p.kind in ("layer", "function")]
    match made.from_config:
        case "deserialising":
            lines.append("    config = dict(config)")
            for p in (found for found in objects if found.entry != "missing"):
                lines.append(f'    config["{p.name}"] = keras.saving.deserialize_keras_object(config["{p.name}"])')
        case "without_extra":
            lines.append('    config.pop("version", None)')
        case "renaming":
            for number, p in enumerate(made.parameters):
                if p.entry == "renamed":
                    lines.append(f'    config["{p.name}"] = config.pop("{p.name}_{number}")')
        case "by_super":
            return [*lines, "    return super().from_config(config)"]
        case "by_name":
            return [*lines, f"    return {made.name}(**config)"]
    return [*lines, "    return cls(**config)"]


def _round_trip(program: Program) -> list[str]:
    made = program.classes[-1]
    arguments = [f"{p.name}={program.value_of(p)}" for p in program.parameters if _reaches(program, p)]
    if program.kind in UNITS:
        arguments.insert(0, f"{UNITS[program.kind]}=4")
    of_keras = (("name", 'name="first"'), ("trainable", "trainable=False"))
    arguments += [written for key, written in of_keras if _takes(program, key)]
    block = f"{made.name}({', '.join(arguments)})"
    builds = {
        "functional": ["x = keras.Input((4,))", f"model = keras.Model(x, {block}(x))"],
        "sequential": [f"model = keras.Sequential([keras.Input((4,)), {block}])"],
        "nested": ["x = keras.Input((4,))", f"model = keras.Model(x, keras.Sequential([keras.layers.Dense(4), {block}])(x))"],
        "itself": [f"model = {block}", "model(keras.ops.ones((2, 4)))"],
    }[program.place]
    known = f', custom_objects={{"{made.name}": {made.name}}}' if program.known == "given" else ""
    body = [*builds, "made.append(model)", 'model.save("model.keras")']
    body.append(f'made.append(keras.saving.load_model("model.keras"{known}))')
    return ["def round_trip(made):", *(_INDENT + line for line in body)]


def _takes(program: Program, key: str) -> bool:
    """Whether an object can be given what Keras's own constructor takes."""
    for made in reversed(program.classes):
        if made.keywords == "dropped":
            return True
        if made.keywords == "none" or (made.keywords == "named" and key != "name"):
            return False
        if made.keywords == "fixed_name" and key == "name":
            return False
    return True


def _reaches(program: Program, parameter: Parameter) -> bool:
    """Whether the constructor of the last class takes it, by name or through `**kwargs`."""
    made = program.classes[-1]
    if parameter in made.parameters or made.takes_base:
        return True
    return made.keywords not in ("none", "named", "dropped") or not parameter.has_default
