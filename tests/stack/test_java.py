"""Java without a JDK: sources compiled together into one jar, made once and again only when a source changes."""

from __future__ import annotations

import subprocess
import zipfile
from pathlib import Path

import pytest

from trialwire.schemas.errors import RetryLaterError, StopError
from trialwire.stack import jars, java

OWL = "public final class Owl { public static void main(String[] given) { System.out.print(Sound.of()); } }"
SOUND = 'final class Sound { static String of() { return "hoo"; } }'


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of two sources, a main and the class it calls, and an empty cache of classes."""
    try:
        compiler = jars.fetch("ecj")
    except RetryLaterError as error:
        pytest.skip(f"the compiler cannot be had: {error}")
    monkeypatch.setattr(jars, "fetch", lambda _name: compiler)
    monkeypatch.setenv("TRIALWIRE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setattr(java, "SOURCES", tmp_path)
    (tmp_path / "Owl.java").write_text(OWL)
    (tmp_path / "Sound.java").write_text(SOUND)
    return tmp_path


def said(jar: Path) -> str:
    return subprocess.run(java.command("Owl", str(jar)), capture_output=True, text=True, check=True).stdout


def test_a_main_runs_with_the_class_it_was_compiled_with(sources: Path) -> None:
    jar = java.compiled(["Owl.java", "Sound.java"], [])
    assert sorted(zipfile.ZipFile(jar).namelist()) == ["Owl.class", "Sound.class"]
    assert said(jar) == "hoo"


def test_the_jar_is_made_again_only_when_one_of_its_sources_changes(sources: Path) -> None:
    first = java.compiled(["Owl.java", "Sound.java"], [])
    made = first.stat().st_mtime_ns
    assert java.compiled(["Owl.java", "Sound.java"], []) == first
    assert first.stat().st_mtime_ns == made
    (sources / "Sound.java").write_text(SOUND.replace("hoo", "screech"))
    assert said(java.compiled(["Owl.java", "Sound.java"], [])) == "screech"
    assert said(first) == "hoo"


def test_other_jars_make_another_jar_of_the_same_sources(sources: Path) -> None:
    assert java.compiled(["Owl.java", "Sound.java"], []) != java.compiled(
        ["Owl.java", "Sound.java"], [Path("owl-1.0.jar")]
    )


def test_what_does_not_compile_is_told_with_the_compilers_words_and_nothing_is_kept(sources: Path) -> None:
    with pytest.raises(StopError, match=r"(?s)stack/java/Owl\.java does not compile.*Sound cannot be resolved"):
        java.compiled(["Owl.java"], [])
    assert list((sources / "cache" / "classes").glob("*")) == []
