"""A library is loaded without what it loads for cases that never come, and nobody else misses that."""

from __future__ import annotations

import subprocess
import sys

import pytest

from haat.store.lacking import lacking


def test_what_is_lacking_for_a_moment_is_there_again() -> None:
    sys.modules.pop("this", None)
    with lacking("this"), pytest.raises(ImportError):
        import this  # noqa: F401
    assert "this" not in sys.modules


def test_what_is_loaded_already_is_not_taken_away() -> None:
    with lacking("json"):
        import json
    assert json.loads("1") == 1


def test_the_client_of_mariadb_is_loaded_without_cryptography_which_others_still_find() -> None:
    code = (
        "import sys, haat.store.mariadb; assert 'cryptography' not in sys.modules;"
        "from cryptography.hazmat.primitives.ciphers.aead import AESGCM; AESGCM(b'k' * 32)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
