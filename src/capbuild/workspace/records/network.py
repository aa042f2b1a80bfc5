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
        contacts=CONTACTS.read(folder, places),
        requests=REQUESTS.read(folder, places),
        agreements=AGREEMENTS.read(folder, places),
        operations=OPERATIONS.read(folder, places),
        invented=invented,
    )
