"""Where sets of backups are kept, as the settings say."""

from __future__ import annotations

from haat.adapters.files.shelf import FolderShelf
from haat.config.schema import Settings
from haat.ops.backups.shelf import Shelf


def shelf_of(settings: Settings) -> Shelf:
    """Nothing is made or opened yet."""
    return FolderShelf(settings.data / settings.backup.to)
