"""Keeps checkpoints as files in a folder: a mounted share, another disk, what a backup takes."""

import os
from pathlib import Path

from application.ports.checkpoint_places import (
    CheckpointDisputed,
    CheckpointPlaceUnavailable,
    file_name,
)


class CheckpointsFolder:
    """Implements `CheckpointPlace` on a folder that is there already."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, size: int, note: str) -> None:
        """Write the file under another name first, so that nobody ever sees half of it."""
        path = self._folder / file_name(size)
        draft = path.with_suffix(f".{os.getpid()}.draft")
        try:
            self._refuse_another(path, note)
            draft.write_bytes(note.encode())
            draft.chmod(0o644)  # whoever compares it with the record is another account
            try:
                os.link(draft, path)
            except FileExistsError:
                self._refuse_another(path, note)
            finally:
                draft.unlink()
        except OSError as error:
            why = f"The folder {self._folder} cannot be written ({error.strerror})."
            raise CheckpointPlaceUnavailable(why) from error

    def _refuse_another(self, path: Path, note: str) -> None:
        if path.exists() and path.read_bytes() != note.encode():
            raise CheckpointDisputed(f"{path} holds another checkpoint of this size.")
