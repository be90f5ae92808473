"""LibreOffice without a window: a file opened and saved in another format, by a profile that lives as long as the test."""

from __future__ import annotations

import subprocess
from collections.abc import Mapping
from pathlib import Path


def converted(folder: Path, files: Mapping[str, bytes], to: str) -> dict[str, bytes]:
    """Return the files as LibreOffice saves them, by the name of the file without its suffix.

    Args:
        folder: an empty folder to work in.
        files: name → bytes.
        to: ``xlsx``, ``ods`` or ``pdf``.
    """
    given, out = folder / "given", folder / to
    given.mkdir(exist_ok=True)
    for name, content in files.items():
        (given / name).write_bytes(content)
    subprocess.run(
        [
            "soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--norestore",
            "--convert-to", to, "--outdir", str(out), *(str(given / name) for name in files),
        ],
        check=True,
        capture_output=True,
        timeout=240,
    )  # fmt: skip
    return {Path(name).stem: (out / Path(name).with_suffix(f".{to}").name).read_bytes() for name in files}
