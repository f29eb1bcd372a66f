"""Checks a broker with kafka-python, which shares no code with librdkafka."""

import sys
import time

from kafka import KafkaAdminClient, KafkaConsumer, KafkaProducer, TopicPartition
from kafka.admin import NewTopic
from kafka.errors import KafkaError
from kafka.structs import OffsetAndMetadata

BROKERS = sys.argv[1]
RUN = str(time.time_ns())
STARTED = time.time()


def step(text):
    print(f"{time.time() - STARTED:6.2f} s  {text}", flush=True)


def create(name, partitions=1):
    topic = f"{name}-{RUN}"
    admin = KafkaAdminClient(bootstrap_servers=BROKERS)
    admin.create_topics([NewTopic(topic, num_partitions=partitions, replication_factor=1)])
    admin.close()
    return topic


def consumer(group=None, **settings):
    return KafkaConsumer(
        bootstrap_servers=BROKERS, group_id=group and f"{group}-{RUN}",
        auto_offset_reset="earliest", session_timeout_ms=6000, heartbeat_interval_ms=200,
        **{"enable_auto_commit": False, **settings})


def read(topic, count, isolation="read_committed"):
    """The values, and a little patience for those that should not be there."""
    reader = consumer(isolation_level=isolation, consumer_timeout_ms=1000)
    reader.assign([TopicPartition(topic, 0)])
    reader.seek_to_beginning()
    values, deadline = [], time.time() + 20
    while time.time() < deadline:
        values += [message.value.decode() for message in reader]
        if len(values) >= count:
            break
    reader.close()
    return values


def check_records():
    topic = create("pure-records")
    for codec in [None, "gzip"]:
        sender = KafkaProducer(bootstrap_servers=BROKERS, compression_type=codec, linger_ms=5)
        sent = [sender.send(topic, f"{codec} {number}".encode(), key=b"key",
                            headers=[("color", b"blue")], timestamp_ms=1000 + number)
                for number in range(500)]
        offsets = [each.get(20).offset for each in sent]
        assert offsets == list(range(offsets[0], offsets[0] + 500))
        sender.close()
    assert read(topic, 1000) == [f"{c} {number}" for c in [None, "gzip"] for number in range(500)]
    finder = consumer()
    partition = TopicPartition(topic, 0)
    assert finder.end_offsets([partition])[partition] == 1000
    assert 0 <= finder.offsets_for_times({partition: 1120})[partition].offset <= 120
    finder.close()
    step("records, headers, ends and offsets by time")


def check_groups():
    topic = create("pure-groups", 4)
    members = []

    def settle(*counts):
        deadline = time.time() + 40
        while sorted(len(member.assignment()) for member in members) != sorted(counts):
            assert time.time() < deadline, [member.assignment() for member in members]
            for member in members:
                member.poll(50)

    for counts in [(4,), (2, 2)]:
        member = consumer("pure")
        member.subscribe([topic])
        members.append(member)
        settle(*counts)
    partition = next(iter(members[0].assignment()))
    members[0].commit({partition: OffsetAndMetadata(7, "note", -1)})
    members.pop().close()
    settle(4)
    assert members[0].committed(partition) == 7
    members[0].close()
    step("members come and leave, offsets stay")


def check_transactions():
    topic, source = create("pure-target"), create("pure-source")
    name = f"pure-{RUN}"

    def producer():
        made = KafkaProducer(bootstrap_servers=BROKERS, transactional_id=name)
        made.init_transactions()
        return made

    sender = producer()
    offset = {TopicPartition(source, 0): OffsetAndMetadata(3, "", -1)}
    for value, commits in [("a", True), ("b", False), ("c", True)]:
        sender.begin_transaction()
        sender.send(topic, value.encode()).get(20)
        if value == "c":
            sender.send_offsets_to_transaction(offset, f"pure-offsets-{RUN}")
        sender.commit_transaction() if commits else sender.abort_transaction()
    assert read(topic, 2) == ["a", "c"]
    assert read(topic, 3, "read_uncommitted") == ["a", "b", "c"]
    asker = consumer("pure-offsets")
    assert asker.committed(TopicPartition(source, 0)) == 3
    asker.close()

    sender.begin_transaction()
    sender.send(topic, b"zombie").get(20)
    heir = producer()
    try:
        sender.commit_transaction()
        raise AssertionError("a fenced producer commits")
    except KafkaError as error:
        step(f"the fenced producer gets {type(error).__name__}")
    heir.begin_transaction()
    heir.send(topic, b"d").get(20)
    heir.commit_transaction()
    heir.close()
    assert read(topic, 3) == ["a", "c", "d"]
    step("commit, abort, offsets in a transaction, fencing")


check_records()
check_groups()
check_transactions()
step("all as it should be")
