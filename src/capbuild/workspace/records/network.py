"""Network tables: contact points, requests, agreements and joint operations."""

from pathlib import Path

from capbuild.model import Network
from capbuild.workspace.records.folder_tables import AGREEMENTS, CONTACTS, OPERATIONS, REQUESTS
from capbuild.workspace.records.table import Places


def load_network(folder: Path, places: Places, *, invented: bool) -> Network | None:
    """Load the network of a folder; None without its tables.

    Args:
        folder: The programme's folder.
        places: Resolves countries, and collects problems as issues.
        invented: Whether the programme's answers are invented.
    """
    if not any((folder / table.file).is_file() for table in (CONTACTS, REQUESTS, AGREEMENTS, OPERATIONS)):
        return None
    return Network(
        contacts=[made for _, made in CONTACTS.load(folder, places)],
        requests=[made for _, made in REQUESTS.load(folder, places)],
        agreements=[made for _, made in AGREEMENTS.load(folder, places)],
        operations=[made for _, made in OPERATIONS.load(folder, places)],
        invented=invented,
    )
