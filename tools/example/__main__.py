"""Writer of the example's files, or their check.

The check compares them with what the generator makes.
"""

import sys
from collections.abc import Iterator
from pathlib import Path

from capbuild.frameworks import load_bundled
from capbuild.workspace import open_workspace

from .forms import academy_mapping, own_mapping
from .network import network_files
from .occasions import occasion_files
from .plan import RETURNS
from .register import register_file
from .returns import World, return_file
from .training import training_files

__all__ = ["FOLDER", "SEED", "example_files", "main"]

FOLDER = Path(__file__).parents[2] / "examples" / "americas-2015"
SEED = "americas-2015"


def example_files() -> Iterator[tuple[str, bytes]]:
    """Yield each generated file's name and bytes."""
    world = World(load_bundled("police_cyber"), SEED)
    for file in RETURNS:
        yield f"returns/{file.name}", return_file(world, file)
    yield from occasion_files(world)
    yield from training_files(world.draws)
    yield "mappings/guyana.csv", own_mapping(world.framework)
    yield "mappings/academias.csv", academy_mapping()
    yield from network_files(world.draws)
    # The register says what came in, and so is made from the other files.
    yield "collecting/register.csv", register_file(open_workspace(FOLDER))


def main(arguments: list[str]) -> int:
    """Write the files, or list differing ones with `--check`."""
    different = 0
    for name, data in example_files():
        path = FOLDER / name
        if path.is_file() and path.read_bytes() == data:
            continue
        different += 1
        print(f"{'differs' if '--check' in arguments else 'written'}: {name}")
        if "--check" not in arguments:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
    return int(different > 0 and "--check" in arguments)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
