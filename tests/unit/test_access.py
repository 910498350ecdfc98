import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pydantic import SecretStr

from aliqa.doors.kept.access import CONFIGURED, NAME, SCOPES, Keys, acting_for, caller, require
from aliqa.foundations.errors import InvalidRequest, KeyExists, KeyNotFound, KeysDamaged, NotAllowed


def test_a_key_is_known_by_its_secret_alone_and_kept_as_a_hash(tmp_path: Path) -> None:
    keys = Keys(tmp_path / "index")
    assert keys.listed() == ()
    secret = keys.add("reader", ["ask"])
    other = keys.add("editor", SCOPES)
    found = keys.holder(secret)
    assert found
    assert (found.name, found.scopes) == ("reader", ("ask",))
    assert keys.holder(secret[:-1]) is None
    assert keys.holder("") is None
    assert keys.holder("\ud800") is None
    kept = tmp_path / "index" / NAME
    assert secret not in kept.read_text(encoding="utf-8")
    assert other not in kept.read_text(encoding="utf-8")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


def test_what_another_process_changes_is_noticed(tmp_path: Path) -> None:
    keys, other = Keys(tmp_path), Keys(tmp_path)
    secret = other.add("reader", ["ask"])
    assert keys.holder(secret)
    other.remove("reader")
    assert keys.holder(secret) is None
    with pytest.raises(KeyNotFound):
        keys.remove("reader")


def test_the_key_of_the_settings_may_do_everything_and_is_in_no_file(tmp_path: Path) -> None:
    keys = Keys(tmp_path, SecretStr("from the environment"))
    found = keys.holder("from the environment")
    assert found
    assert (found.name, found.scopes) == (CONFIGURED, SCOPES)
    assert not (tmp_path / NAME).exists()


@pytest.mark.parametrize("name", ["", "a b", "a\nb", "x" * 65, "../a", CONFIGURED])
def test_names_that_would_confuse_are_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(InvalidRequest):
        Keys(tmp_path).add(name, ["ask"])


def test_keys_added_at_once_are_all_kept(tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda number: Keys(tmp_path).add(f"key-{number}", ["ask"]), range(12)))
    assert len(Keys(tmp_path).listed()) == 12
    with pytest.raises(KeyExists):
        Keys(tmp_path).add("key-3", ["ask"])


@pytest.mark.parametrize("damage", [b"{", b"[]", b'{"keys": [], "format": 2}', b"\xff"])
def test_a_damaged_file_lets_nobody_in_and_is_left_as_it_is(tmp_path: Path, damage: bytes) -> None:
    (tmp_path / NAME).write_bytes(damage)
    for attempt in (lambda: Keys(tmp_path).listed(), lambda: Keys(tmp_path).add("a", ["ask"])):
        with pytest.raises(KeysDamaged):
            attempt()
    assert (tmp_path / NAME).read_bytes() == damage


def test_scopes_bind_whoever_is_served_and_nobody_else(tmp_path: Path) -> None:
    keys = Keys(tmp_path)
    reader = keys.holder(keys.add("reader", ["ask"]))
    require("manage")
    with acting_for(reader):
        require("ask")
        assert caller() is reader
        with pytest.raises(NotAllowed, match="--scope manage"):
            require("manage")
    assert caller() is None
    require("manage")
