"""The demo's two summaries: the first went the whole way, the second found everything again and changed nothing."""

from __future__ import annotations

import json
import sys
from pathlib import Path


def main(first_path: str, second_path: str, *lacking: str) -> int:
    """Print what is wrong, a line each. Returns 0 when nothing is. `lacking` names the parts that cannot be had."""
    first, second = (json.loads(Path(path).read_text(encoding="utf-8")) for path in (first_path, second_path))
    records, again = first["records"], second["records"]
    published = {topic: count for topic, count in second["events_published"].items() if count}
    wrong = [
        text
        for text, holds in {
            "a run failed": first["ok"] and second["ok"],
            f"the parts missing are not {list(lacking)}": list(first["missing"])
            == list(second["missing"])
            == list(lacking),
            "the first run published nothing": first["changed"] and any(first["events_published"].values()),
            "the first run wrote no resource": all(first["resources_written"].values()),
            "the second run found news": not second["changed"] and again["new"] == again["changed"] == 0,
            "the second run read other records": again["read"] == records["read"] and again["held"] == records["held"],
            f"the second run published {published}": not published,
            "the second run wrote resources": not any(second["resources_written"].values()),
            "the two runs found different resources": first["found_again"] == second["found_again"],
        }.items()
        if not holds
    ]
    for name, document in (("first", first), ("second", second)):
        print(f"{name}: {json.dumps({key: document[key] for key in ('records', 'events_published', 'seconds')})}")
    for text in wrong:
        print(f"FAULT: {text}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
