"""Paths that are worked out: by methods of strings, by functions, under conditions, of temporary files and dates."""

from __future__ import annotations

from oracle.paths.expressions import Target, Written, form, is_suffix

# --- methods and functions of strings ----------------------------------------------------------------------------------


@form()
def replaced(target: Target, n: int) -> Written:
    return Written((f"source_{n} = {target.folder + target.stem + '.csv'!r}",), f"source_{n}.replace('.csv', {target.ending!r})")


@form(is_exact=False)
def lowered(target: Target, n: int) -> Written:
    return Written((f"path_{n} = {target.text!r}",), f"path_{n}.lower()")


@form()
def stripped(target: Target, n: int) -> Written:
    return Written((f"path_{n} = {target.text + '/'!r}",), f"path_{n}.rstrip('/')")


@form()
def split_and_added(target: Target, n: int) -> Written:
    return Written(
        (f"source_{n} = {target.folder + target.stem + '.csv'!r}",), f"os.path.splitext(source_{n})[0] + {target.ending!r}"
    )


@form(is_exact=False)
def absolute(target: Target, n: int) -> Written:
    return Written((), f"os.path.abspath({target.text!r})")


@form()
def sliced(target: Target, n: int) -> Written:
    return Written((f"path_{n} = {target.text + '.bak'!r}",), f"path_{n}[:-4]")


# --- given by functions ------------------------------------------------------------------------------------------------


@form()
def function(target: Target, n: int) -> Written:
    lines = (f"def path_{n}(name, folder={target.folder!r}):", f"    return os.path.join(folder, name + {target.ending!r})")
    return Written(lines, f"path_{n}({target.stem!r})")


@form()
def function_of_ending(target: Target, n: int) -> Written:
    lines = (f"def path_{n}(name, ending='.keras'):", f"    path = {target.folder!r} + name", "    return f'{path}{ending}'")
    return Written(lines, f"path_{n}({target.stem!r}, ending={target.ending!r})")


@form()
def function_asks_for_ending(target: Target, n: int) -> Written:
    lines = (f"def path_{n}(name):", "    if not name.endswith('.keras'):", f"        name = name + {target.ending!r}",
             "    return name")  # fmt: skip
    return Written(lines, f"path_{n}({target.folder + target.stem!r})")


@form()
def anonymous_function(target: Target, n: int) -> Written:
    return Written((f"path_{n} = lambda name: {target.folder!r} + name + {target.ending!r}",), f"path_{n}({target.stem!r})")


@form()
def property_of_object(target: Target, n: int) -> Written:
    lines = (f"class Run{n}:", "    def __init__(self, name):", "        self.name = name", "    @property",
             "    def path(self):", f"        return f'{target.folder}{{self.name}}{target.ending}'")  # fmt: skip
    return Written(lines, f"Run{n}({target.stem!r}).path")


@form()
def option_of_the_command_line(target: Target, n: int) -> Written:
    lines = (f"parser_{n} = argparse.ArgumentParser()", f"parser_{n}.add_argument('--model-path', default={target.text!r})",
             f"options_{n} = parser_{n}.parse_args([])")  # fmt: skip
    return Written(lines, f"options_{n}.model_path")


@form()
def environment(target: Target, n: int) -> Written:
    return Written((), f"os.environ.get('PATH_OF_MODEL_{n}', {target.text!r})", is_computable=False)


# --- conditions --------------------------------------------------------------------------------------------------------


@form()
def choice_that_is_known(target: Target, n: int) -> Written:
    return Written((f"is_final_{n} = True",), f"{target.text!r} if is_final_{n} else 'draft.keras'")


@form()
def chosen_by_statement(target: Target, n: int) -> Written:
    lines = (
        f"is_draft_{n} = False",
        f"if is_draft_{n}:",
        f"    path_{n} = 'draft.keras'",
        "else:",
        f"    path_{n} = {target.text!r}",
    )
    return Written(lines, f"path_{n}")


@form()
def default_of_nothing(target: Target, n: int) -> Written:
    return Written((f"given_{n} = None",), f"given_{n} or {target.text!r}")


# --- temporary files and dates -----------------------------------------------------------------------------------------


@form(is_suffix, is_exact=False)
def temporary_file(target: Target, n: int) -> Written:
    return Written((f"file_{n} = tempfile.NamedTemporaryFile(suffix={target.ending!r}, delete=False)",), f"file_{n}.name")


@form(is_suffix, is_exact=False)
def made_temporary_file(target: Target, n: int) -> Written:
    return Written((f"_, path_{n} = tempfile.mkstemp({target.ending!r})",), f"path_{n}")


@form(is_exact=False)
def in_temporary_folder(target: Target, n: int) -> Written:
    return Written((f"folder_{n} = tempfile.mkdtemp()",), f"os.path.join(folder_{n}, {target.name!r})")


@form(is_exact=False)
def in_temporary_folder_object(target: Target, n: int) -> Written:
    return Written((f"folder_{n} = tempfile.TemporaryDirectory()",), f"Path(folder_{n}.name) / {target.name!r}")


@form(is_exact=False)
def date(target: Target, n: int) -> Written:
    return Written((), f"f'{target.folder}{target.stem}-{{datetime.datetime.now():%Y%m%d}}{target.ending}'")


@form(is_exact=False)
def written_date(target: Target, n: int) -> Written:
    return Written(
        (f"day_{n} = time.strftime('%Y-%m-%d')",), f"{target.folder + target.stem + '-'!r} + day_{n} + {target.ending!r}"
    )


@form(is_exact=False)
def seconds(target: Target, n: int) -> Written:
    return Written((), f"f'{target.folder}{target.stem}-{{int(time.time())}}{target.ending}'")
