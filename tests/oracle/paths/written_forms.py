"""Paths that are written down: kept as constants of every kind, put together of pieces, made with pathlib."""

from __future__ import annotations

from oracle.paths.expressions import Target, Written, form, has_folder, is_plain, is_suffix

# --- constants and where they are kept ---------------------------------------------------------------------------------


@form()
def literal(target: Target, n: int) -> Written:
    return Written((), repr(target.text))


@form()
def pieces_side_by_side(target: Target, n: int) -> Written:
    return Written((), f"{target.folder!r} {target.name!r}")


@form()
def constant(target: Target, n: int) -> Written:
    return Written((f"PATH_{n} = {target.text!r}",), f"PATH_{n}")


@form()
def annotated_constant(target: Target, n: int) -> Written:
    return Written((f"PATH_{n}: str = {target.text!r}",), f"PATH_{n}")


@form()
def unpacked(target: Target, n: int) -> Written:
    return Written((f"first_{n}, path_{n} = 'other.txt', {target.text!r}",), f"path_{n}")


@form()
def kept_in_dict(target: Target, n: int) -> Written:
    return Written((f"settings_{n} = {{'units': 4, 'path': {target.text!r}}}",), f"settings_{n}['path']")


@form()
def asked_of_dict(target: Target, n: int) -> Written:
    return Written((f"settings_{n} = dict(path={target.text!r}, units=4)",), f"settings_{n}.get('path')")


@form()
def kept_in_nested_dict(target: Target, n: int) -> Written:
    return Written((f"settings_{n} = {{'files': {{'model': {target.text!r}}}}}",), f"settings_{n}['files']['model']")


@form()
def kept_in_tuple(target: Target, n: int) -> Written:
    return Written((f"files_{n} = ('readme.txt', {target.text!r})",), f"files_{n}[1]")


@form()
def last_of_list(target: Target, n: int) -> Written:
    return Written((f"files_{n} = ['readme.txt', {target.text!r}]",), f"files_{n}[-1]")


@form()
def class_attribute(target: Target, n: int) -> Written:
    return Written((f"class Settings{n}:", f"    path = {target.text!r}"), f"Settings{n}.path")


@form()
def attribute_of_object(target: Target, n: int) -> Written:
    lines = (f"class Settings{n}:", "    def __init__(self, path):", "        self.path = path",
             f"settings_{n} = Settings{n}({target.text!r})")  # fmt: skip
    return Written(lines, f"settings_{n}.path")


@form()
def attribute_of_dataclass(target: Target, n: int) -> Written:
    lines = ("@dataclasses.dataclass", f"class Settings{n}:", f"    path: str = {target.text!r}", f"settings_{n} = Settings{n}()")
    return Written(lines, f"settings_{n}.path")


@form()
def simple_namespace(target: Target, n: int) -> Written:
    return Written((f"settings_{n} = types.SimpleNamespace(path={target.text!r})",), f"settings_{n}.path", is_computable=False)


@form()
def member_of_enum(target: Target, n: int) -> Written:
    return Written((f"class Files{n}(enum.Enum):", f"    MODEL = {target.text!r}"), f"Files{n}.MODEL.value")


# --- put together ------------------------------------------------------------------------------------------------------


@form()
def joined(target: Target, n: int) -> Written:
    return Written((), f"os.path.join({target.folder or '.'!r}, {target.name!r})")


@form()
def joined_of_constants(target: Target, n: int) -> Written:
    return Written((f"FOLDER_{n} = {target.folder!r}",), f"os.path.join(FOLDER_{n}, {target.stem!r} + {target.ending!r})")


@form()
def added(target: Target, n: int) -> Written:
    return Written((f"stem_{n} = {target.folder + target.stem!r}",), f"stem_{n} + {target.ending!r}")


@form()
def added_on(target: Target, n: int) -> Written:
    return Written((f"path_{n} = {target.folder + target.stem!r}", f"path_{n} += {target.ending!r}"), f"path_{n}")


@form()
def f_string_of_stem(target: Target, n: int) -> Written:
    return Written((f"stem_{n} = {target.stem!r}",), f"f'{target.folder}{{stem_{n}}}{target.ending}'")


@form()
def f_string_of_ending(target: Target, n: int) -> Written:
    return Written((f"ending_{n} = {target.ending!r}",), f"f'{target.folder}{target.stem}{{ending_{n}}}'")


@form(is_exact=False)
def f_string_of_number(target: Target, n: int) -> Written:
    return Written((f"epoch_{n} = 3",), f"f'{target.folder}{target.stem}-{{epoch_{n}:02d}}{target.ending}'")


@form(is_exact=False)
def f_string_ends_in_number(target: Target, n: int) -> Written:
    return Written((f"rate_{n} = 0.25",), f"f'{target.folder}{target.stem}_{{rate_{n}}}{target.ending}'")


@form()
def formatted(target: Target, n: int) -> Written:
    return Written((), f"{target.folder + '{}' + target.ending!r}.format({target.stem!r})")


@form(is_exact=False)
def formatted_by_name(target: Target, n: int) -> Written:
    template = target.folder + "{name}-{epoch:02d}{ending}"
    return Written((), f"{template!r}.format(name={target.stem!r}, epoch=2, ending={target.ending!r})")


@form()
def percent(target: Target, n: int) -> Written:
    return Written((), f"'%s%s' % ({target.folder + target.stem!r}, {target.ending!r})")


@form(is_exact=False)
def percent_of_number(target: Target, n: int) -> Written:
    return Written((f"epoch_{n} = 3",), f"{target.folder + target.stem + '-%02d' + target.ending!r} % epoch_{n}")


@form()
def joined_pieces(target: Target, n: int) -> Written:
    return Written((), f"''.join([{target.folder!r}, {target.stem!r}, {target.ending!r}])")


@form(is_suffix)
def joined_by_dots(target: Target, n: int) -> Written:
    return Written((f"parts_{n} = [{target.folder + target.stem!r}, {target.ending[1:]!r}]",), f"'.'.join(parts_{n})")


# --- pathlib -----------------------------------------------------------------------------------------------------------


@form()
def path_object(target: Target, n: int) -> Written:
    return Written((), f"Path({target.text!r})")


@form()
def divided(target: Target, n: int) -> Written:
    return Written((f"FOLDER_{n} = Path({target.folder or '.'!r})",), f"FOLDER_{n} / {target.name!r}")


@form()
def divided_from_the_left(target: Target, n: int) -> Written:
    return Written((), f"{target.folder or '.'!r} / Path({target.name!r})")


@form()
def text_of_divided(target: Target, n: int) -> Written:
    return Written((f"stem_{n} = {target.stem!r}",), f"str(Path({target.folder or '.'!r}) / f'{{stem_{n}}}{target.ending}')")


@form(is_suffix)
def with_suffix(target: Target, n: int) -> Written:
    return Written((), f"Path({target.folder + target.stem + '.old'!r}).with_suffix({target.ending!r})")


@form(is_plain)
def with_name(target: Target, n: int) -> Written:
    return Written((), f"Path({target.folder + 'old.txt'!r}).with_name({target.name!r})")


@form(has_folder)
def joined_path(target: Target, n: int) -> Written:
    return Written((f"base_{n} = Path({target.folder!r})",), f"base_{n}.joinpath({target.name!r}).as_posix()")


@form(is_exact=False)
def resolved(target: Target, n: int) -> Written:
    return Written((), f"Path.cwd().joinpath({target.text!r}).resolve()")


@form()
def file_system_path(target: Target, n: int) -> Written:
    return Written((), f"os.fspath(Path({target.text!r}))")


@form(is_exact=False)
def stem_of_path_and_ending(target: Target, n: int) -> Written:
    return Written((f"source_{n} = Path('made-by.py')",), f"{target.folder!r} + source_{n}.stem + {target.ending!r}")
