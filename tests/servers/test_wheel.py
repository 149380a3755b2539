"""The wheel holds all there is: installed outside of the checkout, the stack comes up from it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import sysconfig
import venv
import zipfile
from pathlib import Path

import pytest
from tests.support.running import wait_until
from tests.support.up import get

from haat.ops.servers import free_port

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src" / "haat"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Built as for a release, without asking the network for anything."""
    folder = tmp_path_factory.mktemp("wheel")
    words = ["-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index", "--wheel-dir"]
    subprocess.run([sys.executable, *words, str(folder), str(ROOT)], check=True, cwd=folder)
    [built] = folder.glob("haat-*.whl")
    return built


@pytest.fixture(scope="module")
def haat(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The command of a fresh environment that has the wheel, and borrows what Haat needs from this one."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, symlinks=True)
    python = folder / "bin" / "python"
    words = ["--python", str(python), "install", "--quiet", "--no-deps", "--no-index", str(wheel)]
    subprocess.run([sys.executable, "-m", "pip", *words], check=True)
    # Named as a path for packages alone: the .pth file of this environment that leads to the checkout is not read there.
    [packages] = folder.glob("lib/python*/site-packages")
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n")
    where = subprocess.run(
        [python, "-c", "import haat; print(haat.__file__)"], capture_output=True, text=True, check=True, cwd=folder
    )
    assert where.stdout.startswith(str(folder))
    return folder / "bin" / "haat"


def test_everything_that_is_no_bytecode_is_in_the_wheel(wheel: Path) -> None:
    ours = {
        f"haat/{file.relative_to(SOURCE).as_posix()}"
        for file in SOURCE.rglob("*")
        if file.is_file() and "__pycache__" not in file.parts
    }
    with zipfile.ZipFile(wheel) as content:
        assert ours - set(content.namelist()) == set()


def test_the_stack_comes_up_from_the_wheel(haat: Path, tmp_path: Path) -> None:
    port = free_port()
    environ = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "HAAT_DATA")}
    words = [str(haat), "up", "--empty", "--port", str(port)]
    with subprocess.Popen(words, cwd=tmp_path, env=environ, stdout=subprocess.PIPE, text=True) as stack:

        def answers() -> bool:
            assert stack.poll() is None, "it ended"
            try:
                return "200 OK" in get(port, "/")
            except OSError:
                return False

        wait_until(answers, "the front page is shown")
        stack.send_signal(signal.SIGINT)
        said, _ = stack.communicate(timeout=30)
    assert stack.returncode == 0
    assert f"http://127.0.0.1:{port}" in said
    assert (tmp_path / "data" / "haat.db").exists()
