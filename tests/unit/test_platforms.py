"""What other systems lack is asked for only where it is used."""

import pkgutil
import subprocess
import sys

import aliqa

IMPORTS = """
import builtins, importlib, sys

MISSING, real = ("fcntl", "resource"), builtins.__import__

def elsewhere(name, globals=None, *rest, **more):  # packages of others know by themselves where they run
    if name in MISSING and str((globals or {}).get("__name__")).startswith("aliqa"):
        raise ModuleNotFoundError(f"there is no {name} here", name=name)
    return real(name, globals, *rest, **more)

builtins.__import__ = elsewhere
for name in sys.argv[1:]:
    try:
        importlib.import_module(name)
    except ModuleNotFoundError as error:  # an extra that is not installed
        if error.name in MISSING or error.name.startswith("aliqa"):
            raise
"""


def test_every_module_is_imported_where_there_is_neither_fcntl_nor_resource() -> None:
    names = [one.name for one in pkgutil.walk_packages(aliqa.__path__, "aliqa.") if not one.name.endswith("__main__")]
    assert len(names) > 100
    done = subprocess.run([sys.executable, "-c", IMPORTS, *names], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
