"""A consumer that follows the contract: it applies every event once, in order per trial, also after a crash.

python reference_consumer.py BOOTSTRAP DATABASE [TOPIC]: prints one line per change, and stops at the topic's end.
Replace `apply` by your own code on the same database; both must be in one transaction.
"""

import json
import os
import sqlite3
import sys
from urllib.request import urlopen

from kafka import KafkaConsumer, TopicPartition

TABLES = """CREATE TABLE IF NOT EXISTS offset_next (topic TEXT, number INTEGER, offset INTEGER, PRIMARY KEY (topic, number));
            CREATE TABLE IF NOT EXISTS trial (id TEXT PRIMARY KEY, sequence INTEGER NOT NULL, event_id TEXT NOT NULL)"""


def apply(database, said, bundle):
    """Your work. `said`: the headers as text. `bundle`: the whole state of the trial; None on the state topic: removed."""
    entries = len(bundle["entry"]) if bundle else 0
    print(said["ce_partitionkey"], int(said["ce_sequence"]), said["ce_type"], said["ce_status"], entries)


def whole(said, value):
    """The Bundle of a record, or the one at its ce_dataref, which must be under DATAREF_URL (against SSRF)."""
    if "ce_dataref" not in said:
        return None if value is None else json.loads(value)
    trusted = os.environ.get("DATAREF_URL", "")
    if not trusted or not said["ce_dataref"].startswith(f"{trusted}/") or ".." in said["ce_dataref"]:
        sys.exit(
            f"{said['ce_dataref']}: set DATAREF_URL to the address of your publisher's large Bundles. Nothing was applied."
        )
    with urlopen(said["ce_dataref"]) as answer:  # noqa: S310 (under the trusted address, of any scheme)
        return json.load(answer)


def handle(database, record):
    """Apply one record unless it was applied before; store its sequence and offset in the same transaction."""
    said = {name: value.decode() for name, value in record.headers}
    with database:
        if said["ce_type"].startswith("org.trialwire.study.") and said["ce_type"].endswith(".v1"):
            trial, sequence = said["ce_partitionkey"], int(said["ce_sequence"])
            last = database.execute("SELECT sequence FROM trial WHERE id = ?", (trial,)).fetchone()
            if last is None or sequence > last[0]:
                if last is not None and sequence > last[0] + 1:
                    print(
                        f"{trial}: {sequence - last[0] - 1} changes missed; this event has the whole state",
                        file=sys.stderr,
                    )
                apply(database, said, whole(said, record.value))
                database.execute("REPLACE INTO trial VALUES (?, ?, ?)", (trial, sequence, said["ce_id"]))
        database.execute(
            "REPLACE INTO offset_next VALUES (?, ?, ?)", (record.topic, record.partition, record.offset + 1)
        )


def consume(bootstrap, file, topic):
    """Read from the stored offsets to the present end of the topic."""
    database = sqlite3.connect(file)
    database.executescript(TABLES)
    consumer = KafkaConsumer(bootstrap_servers=bootstrap, enable_auto_commit=False, auto_offset_reset="earliest")
    places = [TopicPartition(topic, number) for number in sorted(consumer.partitions_for_topic(topic))]
    consumer.assign(places)
    ends = consumer.end_offsets(places)
    next_offsets = dict(database.execute("SELECT number, offset FROM offset_next WHERE topic = ?", (topic,)))
    for place in places:
        consumer.seek(place, next_offsets.get(place.partition, 0))
    while any(consumer.position(place) < ends[place] for place in places):
        for records in consumer.poll(timeout_ms=1000).values():
            for record in records:
                handle(database, record)
    consumer.close()
    database.close()


if __name__ == "__main__":
    consume(sys.argv[1], sys.argv[2], sys.argv[3] if len(sys.argv) > 3 else "trials.study.events.v1")
