"""Secrets are kept once, for the owner alone, and are seen only by who asks."""

from __future__ import annotations

import json
import stat
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from haat.config.load import load
from haat.config.secrets import Secret, ensure_secrets
from haat.kernel.errors import HaatError


def test_a_secret_does_not_show_in_any_text_made_of_it(tmp_path: Path) -> None:
    settings = load(tmp_path, {"HAAT_MAIL__PASSWORD": "hunter2"}, {})
    secret = settings.mail.password
    assert secret.reveal() == "hunter2"
    for text in (str(secret), repr(secret), f"{secret}", repr(settings), str([secret])):
        assert "hunter2" not in text
    with pytest.raises(TypeError):
        json.dumps(secret)


def test_a_secret_that_was_never_given_cannot_be_used() -> None:
    assert not Secret("")
    with pytest.raises(HaatError):
        Secret("").reveal()


def test_the_stack_makes_its_own_keys_for_the_owner_alone(tmp_path: Path) -> None:
    ensure_secrets(tmp_path)
    assert stat.S_IMODE((tmp_path / "secrets.toml").stat().st_mode) == 0o600
    settings = load(tmp_path, {}, {})
    assert len(settings.web.signing_key.reveal()) >= 64
    assert settings.web.signing_key != settings.payments.webhook_secret
    assert settings.warnings == ()


def test_keys_stay_once_they_are_made(tmp_path: Path) -> None:
    ensure_secrets(tmp_path)
    before = (tmp_path / "secrets.toml").read_bytes()
    ensure_secrets(tmp_path)
    assert (tmp_path / "secrets.toml").read_bytes() == before


def test_two_stacks_never_share_keys(tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        ensure_secrets(tmp_path / name)
    one, two = (load(tmp_path / name, {}, {}) for name in ("one", "two"))
    assert one.web.signing_key != two.web.signing_key


def test_processes_that_start_at_once_agree_on_the_keys_and_leave_nothing_else(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from haat.config.secrets import ensure_secrets\n"
        "data = Path(sys.argv[1]); sys.stdin.read(1); ensure_secrets(data)\n"
        "print((data / 'secrets.toml').read_text())"
    )
    starters = [
        subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        for _ in range(6)
    ]
    for starter in starters:  # They wait for this, so that they are all there before the first one writes.
        assert starter.stdin is not None
        starter.stdin.write("\n")
        starter.stdin.flush()
    seen = {starter.communicate()[0] for starter in starters}
    assert len(seen) == 1
    assert set(tomllib.loads(seen.pop())) == {"web", "payments"}
    assert [path.name for path in tmp_path.iterdir()] == ["secrets.toml"]


def test_a_folder_that_cannot_be_written_is_said_in_words(tmp_path: Path) -> None:
    with pytest.raises(HaatError) as caught:
        ensure_secrets(tmp_path / "nowhere")
    assert "No such file or directory" in caught.value.why
    assert "--data" in caught.value.try_
