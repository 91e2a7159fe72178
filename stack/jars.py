"""Downloads jars from Maven into a per-user cache, by committed lock files (coordinates and sha256, no URL).

| jar set     | what it runs                                                    |
|-------------|-----------------------------------------------------------------|
| kafka       | Apache Kafka, one node                                          |
| fhir_server | HAPI FHIR JPA server, R4 and R5 in one process                  |
| validator   | HAPI's FHIR validator, R4 and R5, offline                       |
| ecj         | the Eclipse compiler: a Java runtime from a wheel has no javac  |

The setting `TRIALWIRE_CACHE_DIR` moves the cache. `TRIALWIRE_MAVEN_URL` names a mirror instead of Maven Central.
`python -m trialwire.stack.jars SET…` resolves the dependencies of jar sets and writes their lock files. All other code
only reads the lock files.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from trialwire.schemas.errors import RetryLaterError, StopError
from trialwire.schemas.whole_file import move_into_place, whole_file
from trialwire.stack.extra import imported

with imported():
    import platformdirs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jgo.maven import Artifact, MavenContext

LOCKS = Path(__file__).parent
FETCHERS = 8
TIMEOUT_SECONDS = 30
UNUSED_SECONDS = 7 * 24 * 3600

JAR_SETS: dict[str, tuple[str, ...]] = {
    "kafka": ("org.apache.kafka:kafka_2.13:4.3.1", "org.slf4j:slf4j-simple:1.7.36"),
    "fhir_server": (
        "ca.uhn.hapi.fhir:hapi-fhir-jpaserver-base:8.8.0",
        "com.h2database:h2:2.3.232",
        "org.eclipse.jetty.ee10:jetty-ee10-servlet:12.0.25",
        "ch.qos.logback:logback-classic:1.5.25",
    ),
    "validator": (
        "ca.uhn.hapi.fhir:hapi-fhir-validation:8.8.1",
        "ca.uhn.hapi.fhir:hapi-fhir-structures-r4:8.8.1",
        "ca.uhn.hapi.fhir:hapi-fhir-structures-r5:8.8.1",
        "ca.uhn.hapi.fhir:hapi-fhir-validation-resources-r4:8.8.1",
        "ca.uhn.hapi.fhir:hapi-fhir-validation-resources-r5:8.8.1",
        "ca.uhn.hapi.fhir:hapi-fhir-caching-caffeine:8.8.1",
        "org.slf4j:slf4j-nop:2.0.17",
    ),
    "ecj": ("org.eclipse.jdt:ecj:3.42.0",),
}


@dataclass(frozen=True, slots=True)
class LockedJar:
    """One jar that a lock file names: its Maven coordinates and the sha256 of its bytes, in hex."""

    group: str
    artifact: str
    version: str
    classifier: str
    sha256: str

    @property
    def path(self) -> Path:
        """The path of the jar, relative to the cache folder, as in a Maven repository."""
        suffix = f"-{self.classifier}" if self.classifier else ""
        name = f"{self.artifact}-{self.version}{suffix}.jar"
        return Path(*self.group.split("."), self.artifact, self.version, name)

    def line(self) -> str:
        """The text line for this jar in the lock file."""
        coordinates = ":".join(part for part in (self.group, self.artifact, self.version, self.classifier) if part)
        return f"{self.sha256}  {coordinates}\n"


def cache_folder() -> Path:
    """Return the per-user folder of downloads and compiled classes. `TRIALWIRE_CACHE_DIR` sets another folder."""
    given = os.environ.get("TRIALWIRE_CACHE_DIR")
    return Path(given).expanduser().resolve() if given else platformdirs.user_cache_path("trialwire")


def used(path: Path) -> None:
    """Set the modification time of a cached file to now, so that `sweep` does not delete the file as unused.

    Errors of the file system are ignored.
    """
    with suppress(OSError):
        os.utime(path)


def sweep(pattern: str) -> None:
    """Delete the files and folders of the cache that match `pattern` and were not used for a week.

    The current lock files are not considered: other checkouts share the cache and may have other lock files.
    """
    for path in cache_folder().glob(pattern):
        with suppress(OSError):  # another process may remove it too
            if time.time() - path.stat().st_mtime > UNUSED_SECONDS:
                shutil.rmtree(path) if path.is_dir() else path.unlink()


def read_lock(name: str) -> list[LockedJar]:
    """Take the name of a jar set; return its jars, in the order of its lock file."""
    jars = []
    for line in (LOCKS / f"{name}.lock").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            sha256, coordinates = line.split()
            group, artifact, version, *classifier = coordinates.split(":")
            jars.append(LockedJar(group, artifact, version, classifier[0] if classifier else "", sha256))
    return jars


class Progress(Protocol):
    """The interface of a function that is called after each download."""

    def __call__(self, done: int, total: int, /) -> None:
        """Report that `done` of `total` jars are downloaded."""


def silent(_done: int, _total: int, /) -> None:
    """A Progress function that reports nothing."""


def fetch(name: str, *, progress: Progress = silent) -> list[Path]:
    """Take the name of a jar set; return the paths of its jars. Missing jars are downloaded and checked.

    The order is that of the lock file. Raises RetryLaterError if a download fails, StopError if the sha256 of a jar
    differs from the lock file.
    """
    repository = cache_folder() / "jars"
    jars = read_lock(name)
    absent = [jar for jar in jars if not (repository / jar.path).is_file()]
    if absent:
        _fetch_absent(name, absent, repository, progress)
    _check_cached(name, jars, repository)
    return [repository / jar.path for jar in jars]


def _check_cached(name: str, jars: list[LockedJar], repository: Path) -> None:
    """Check the jars in the cache against the lock file.

    A jar is hashed only if its size or its time differs from those that were noted after its last check.
    """
    notes = repository / f"{name}.checked"
    try:
        known: dict[str, list[object]] = json.loads(notes.read_bytes())
    except (OSError, ValueError):
        known = {}
    checked: dict[str, list[object]] = {}
    for jar in jars:
        file = repository / jar.path
        found = file.stat()
        checked[str(jar.path)] = [found.st_size, found.st_mtime_ns, jar.sha256]
        if known.get(str(jar.path)) != checked[str(jar.path)] and _sha256(file) != jar.sha256:
            raise StopError(
                f"{file} was changed after its download: it is not the file that stack/{name}.lock names. Remove it; "
                "the next run downloads it again."
            )
    if checked != known:
        with suppress(OSError), whole_file(notes) as unfinished:
            unfinished.write(json.dumps(checked).encode())


def class_path(jars: list[Path]) -> str:
    """Take the paths of jars; return them as one class path, the text by which Java finds the jars."""
    return os.pathsep.join(str(jar) for jar in jars)


def write_lock(name: str) -> int:
    """Resolve the dependencies of a jar set and write its lock file. Returns the number of jars."""
    with _staging() as staging:
        context = _context(staging)
        roots = [context.create_dependency(coordinates) for coordinates in JAR_SETS[name]]
        inputs, transitive = context.resolver.resolve(roots)
        wanted = [found for found in (*inputs, *transitive) if found.scope not in {"test", "provided", "system"}]
        with ThreadPoolExecutor(FETCHERS) as pool:
            jars = set(pool.map(_locked, (found.artifact for found in wanted)))
    lines = sorted((jar.line() for jar in jars), key=lambda line: line.split()[1])
    head = f"# {' '.join(JAR_SETS[name])}\n# Made by `python -m trialwire.stack.jars {name}`: sha256, then Maven coordinates.\n"
    (LOCKS / f"{name}.lock").write_text(head + "".join(lines), "utf-8")
    return len(lines)


def _locked(artifact: Artifact) -> LockedJar:
    sha256 = _sha256(artifact.resolve())
    return LockedJar(artifact.groupId, artifact.artifactId, artifact.version, artifact.classifier, sha256)


def _fetch_absent(name: str, absent: list[LockedJar], repository: Path, progress: Progress) -> None:
    """Download jars into a private folder, check them, then move them into the cache.

    So no incomplete jar is ever used.
    """
    done = 0

    def fetch_one(jar: LockedJar) -> None:
        artifact = context.project(jar.group, jar.artifact).at_version(jar.version).artifact(jar.classifier)
        try:
            file = artifact.resolve()
        except (OSError, RuntimeError) as error:
            raise RetryLaterError(
                f"The jars of {name} could not be fetched: {jar.path.name}: {_cause(error)}. Check the network, or "
                "name a mirror of Maven Central in TRIALWIRE_MAVEN_URL, then run the same command again."
            ) from error
        if (found := _sha256(file)) != jar.sha256:
            raise StopError(
                f"{jar.path.name} is not the file that stack/{name}.lock names: its sha256 is {found}. "
                "Check the mirror in TRIALWIRE_MAVEN_URL; the file was discarded."
            )
        move_into_place(file, repository / jar.path)

    with _staging() as staging:
        context = _context(staging)
        with ThreadPoolExecutor(FETCHERS) as pool:
            try:
                for _ in pool.map(fetch_one, absent):
                    done += 1
                    progress(done, len(absent))
            except BaseException:
                pool.shutdown(cancel_futures=True)
                raise


@contextmanager
def _staging() -> Iterator[Path]:
    """A context manager that gives a temporary folder of this process, on the file system of the cache."""
    cache = cache_folder()
    sweep("fetching-*")  # left over from killed runs
    try:
        cache.mkdir(parents=True, exist_ok=True)
        folder = Path(tempfile.mkdtemp(prefix="fetching-", dir=cache))
    except OSError as error:
        raise StopError(
            f"The cache folder {cache} cannot be written ({_short(error)}). Name another in TRIALWIRE_CACHE_DIR."
        ) from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _context(folder: Path) -> MavenContext:
    with imported():
        from jgo.maven import MavenContext

    mirror = os.environ.get("TRIALWIRE_MAVEN_URL")
    remote = {"mirror": mirror.rstrip("/")} if mirror else None
    return MavenContext(repo_cache=folder, local_repos=[], remote_repos=remote, timeout=TIMEOUT_SECONDS)


def _sha256(file: Path) -> str:
    with file.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _cause(error: OSError | RuntimeError) -> str:
    """Return why a download failed, without the many URLs in the library's message."""
    if isinstance(error, OSError):
        return f"no connection to the repository ({type(error).__name__})"
    return "the repository does not have it" if "not found" in str(error) else _short(error)


def _short(error: BaseException) -> str:
    """Return the first line of an error, at most 160 characters."""
    return (str(error).splitlines() or [type(error).__name__])[0][:160]


if __name__ == "__main__":
    for chosen in sys.argv[1:] or JAR_SETS:
        sys.stdout.write(f"{chosen}: {write_lock(chosen)} jars\n")
