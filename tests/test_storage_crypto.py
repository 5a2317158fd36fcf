"""The key file: made once, and never used when it is not whole."""

from pathlib import Path

import pytest

from storage import crypto


@pytest.mark.parametrize("rest", [b"", b"short"])
def test_a_key_file_cut_short_is_refused(tmp_path: Path, rest: bytes) -> None:
    (tmp_path / "key").write_bytes(rest)
    with pytest.raises(crypto.KeyFileError, match="is cut short: put the copy of the key back"):
        crypto.load_or_create(tmp_path / "key")


def test_a_key_that_could_not_be_written_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(number: int) -> None:
        raise OSError("no space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="no space left"):
        crypto.load_or_create(tmp_path / "key")
    assert list(tmp_path.iterdir()) == []
