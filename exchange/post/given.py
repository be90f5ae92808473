"""Files that a person names, as a way: they are read and left where they lie."""

from __future__ import annotations

from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path

from exchange.errors import WayFailed
from exchange.language import translate as _
from exchange.post.folder import LARGEST, too_large
from exchange.post.ways import CHUNK, Offer


@dataclass(frozen=True, slots=True)
class Given:
    """The named files, in their order."""

    paths: tuple[Path, ...]

    def offers(self) -> list[Offer]:
        """Return the files."""
        return [Offer(mark=str(path), name=path.name) for path in self.paths]

    def read(self, offer: Offer) -> Generator[bytes, None, None]:
        """Give a file's bytes."""
        count = 0
        try:
            with Path(offer.mark).open("rb") as file:
                while chunk := file.read(CHUNK):
                    count += len(chunk)
                    if count > LARGEST:
                        raise too_large(offer, LARGEST)
                    yield chunk
        except OSError as error:
            raise WayFailed(
                "way-broken",
                _("{path} cannot be read ({reason}); give the path of a package or a saved message.").format(
                    path=offer.mark, reason=error.strerror
                ),
                lasting=True,
            ) from None

    def take(self, _offer: Offer) -> bool:
        """Leave it: it is the person's own."""
        return True

    def leave(self, _offer: Offer) -> None:
        """Leave it too."""
