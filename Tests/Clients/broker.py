"""Checks a broker with librdkafka: codecs, transactions, fencing, groups, administration."""

import sys
import time

from confluent_kafka import (
    OFFSET_BEGINNING, OFFSET_INVALID, TIMESTAMP_LOG_APPEND_TIME, Consumer, KafkaError,
    KafkaException, Producer, TopicPartition)
from confluent_kafka.admin import AdminClient, ConfigResource, NewPartitions, NewTopic

BROKERS = sys.argv[1]
RUN = str(time.time_ns())
STARTED = time.time()
ERRORS = set()  # What polling group members came up with.
admin = AdminClient({"bootstrap.servers": BROKERS})


def step(text):
    print(f"{time.time() - STARTED:6.2f} s  {text}", flush=True)


def create(name, partitions=1, **settings):
    topic = f"{name}-{RUN}"
    config = {key.replace("_", "."): value for key, value in settings.items()}
    admin.create_topics([NewTopic(topic, partitions, 1, config=config)])[topic].result(10)
    return topic


def producer(**settings):
    config = {key.replace("_", "."): value for key, value in settings.items()}
    return Producer({"bootstrap.servers": BROKERS, "linger.ms": 5, **config})


def consumer(group, **settings):
    config = {key.replace("_", "."): value for key, value in settings.items()}
    return Consumer({
        "bootstrap.servers": BROKERS, "group.id": f"{group}-{RUN}", "check.crcs": True,
        "auto.offset.reset": "earliest", "fetch.wait.max.ms": 50, "session.timeout.ms": 6000,
        "heartbeat.interval.ms": 200, "partition.assignment.strategy": "range", **config})


def read(topic, isolation="read_committed", partitions=1):
    """All messages up to the end of each partition."""
    reader = consumer("reader", isolation_level=isolation, enable_partition_eof=True)
    reader.assign([TopicPartition(topic, number, OFFSET_BEGINNING) for number in range(partitions)])
    messages, ends, deadline = [], set(), time.time() + 20
    while len(ends) < partitions:
        assert time.time() < deadline, "no end of the partition within 20 s"
        message = reader.poll(1)
        if message is None:
            continue
        if message.error():
            assert message.error().code() == KafkaError._PARTITION_EOF, message.error()
            ends.add(message.partition())
        else:
            messages.append(message)
    reader.close()
    return messages


def values(topic, isolation="read_committed"):
    return [message.value().decode() for message in read(topic, isolation)]


def failure(call, *arguments):
    try:
        call(*arguments)
    except KafkaException as error:
        return error.args[0]
    raise AssertionError("it should have failed")


def check_records():
    topic = create("append-time", message_timestamp_type="LogAppendTime")
    sender = producer()
    for number in range(100):
        sender.produce(topic, str(number), timestamp=1000 + number)
    assert sender.flush(10) == 0
    for message in read(topic):
        kind, stamp = message.timestamp()
        assert kind == TIMESTAMP_LOG_APPEND_TIME and abs(stamp / 1000 - time.time()) < 10
    for codec in ["none", "gzip", "snappy", "lz4", "zstd"]:
        topic = create(codec)
        sender = producer(compression_type=codec, enable_idempotence=True, batch_num_messages=50)
        for number in range(500):
            sender.produce(topic, f"{codec} value {number} " * 5, timestamp=1000 + number)
        assert sender.flush(10) == 0
        messages = read(topic)
        assert [message.offset() for message in messages] == list(range(500))
        assert [message.timestamp()[1] for message in messages] == list(range(1000, 1500))
        finder = consumer("finder")
        found = finder.offsets_for_times([TopicPartition(topic, 0, 1120)], 10)[0].offset
        assert 100 <= found <= 120, found  # A broker may answer the batch's first record.
        finder.close()
    step("records of all codecs, both kinds of timestamps, offsets by time")


def check_transactions():
    topic = create("transactions")
    name = f"transactional-{RUN}"
    sender = producer(transactional_id=name)
    sender.init_transactions(10)
    for value, commits in [("a", True), ("b", False), ("c", True)]:
        sender.begin_transaction()
        sender.produce(topic, value)
        assert sender.flush(10) == 0
        assert value not in values(topic) and value in values(topic, "read_uncommitted")
        (sender.commit_transaction if commits else sender.abort_transaction)(10)
    assert values(topic) == ["a", "c"] and values(topic, "read_uncommitted") == ["a", "b", "c"]
    sender.begin_transaction()
    sender.produce(topic, "zombie")
    sender.flush(10)
    producer(transactional_id=name).init_transactions(10)
    assert failure(sender.commit_transaction, 10).fatal()
    late = producer(transactional_id=f"{name}-late", transaction_timeout_ms=1000,
                    message_timeout_ms=900)
    late.init_transactions(10)
    late.begin_transaction()
    late.produce(topic, "late")
    late.flush(10)
    deadline = time.time() + 30  # Apache Kafka looks every ten seconds.
    while read_is_held_back(topic):
        assert time.time() < deadline
    assert failure(late.commit_transaction, 10).fatal()
    assert values(topic) == ["a", "c"]
    step("commit, abort, fencing, timeout")


def read_is_held_back(topic):
    """Whether an open transaction keeps readers of committed records from the end of the log."""
    ends = []
    for isolation in ["read_committed", "read_uncommitted"]:
        asker = consumer("asker", isolation_level=isolation)
        ends.append(asker.get_watermark_offsets(TopicPartition(topic, 0), 10)[1])
        asker.close()
    return ends[0] < ends[1]


def check_offsets():
    topic = create("offsets")
    member = consumer("offsets", enable_auto_commit=False)
    member.subscribe([topic])
    until(lambda: member.assignment(), [member])
    sender = producer(transactional_id=f"offsets-{RUN}")
    sender.init_transactions(10)
    sender.begin_transaction()
    offset = TopicPartition(topic, 0, 7, metadata="note")
    sender.send_offsets_to_transaction([offset], member.consumer_group_metadata(), 10)
    pending = failure(member.committed, [TopicPartition(topic, 0)], 1)
    assert pending.code() == KafkaError._TIMED_OUT, pending
    loose = consumer("offsets", isolation_level="read_uncommitted")
    assert loose.committed([TopicPartition(topic, 0)], 10)[0].offset == OFFSET_INVALID
    sender.commit_transaction(10)
    stored = member.committed([TopicPartition(topic, 0)], 10)[0]
    assert (stored.offset, stored.metadata) == (7, "note")
    member.close()
    step("offsets become valid with their transaction")


def until(condition, members, seconds=20):
    deadline = time.time() + seconds
    while not condition():
        assert time.time() < deadline, "not within its time"
        for member in members:
            message = member.poll(0.02)
            if message and message.error():
                ERRORS.add(message.error().code())


def check_groups():
    topic = create("groups", 6)
    members = []
    for count in [1, 2, 3]:
        members.append(consumer("groups"))
        members[-1].subscribe([topic])
        until(lambda: [len(m.assignment()) for m in members] == [6 // count] * count, members)
    group = f"groups-{RUN}"
    description = admin.describe_consumer_groups([group])[group].result(10)
    assert len(description.members) == 3 and description.state.name == "STABLE"
    members.pop(0).close()
    until(lambda: [len(m.assignment()) for m in members] == [3, 3], members)
    for member in members:
        member.close()
    first = consumer("static", group_instance_id="i")
    first.subscribe([topic])
    until(lambda: len(first.assignment()) == 6, [first])
    first.close()
    second = consumer("static", group_instance_id="i")
    second.subscribe([topic])
    until(lambda: len(second.assignment()) == 6, [second])
    usurper = consumer("static", group_instance_id="i")
    usurper.subscribe([topic])
    until(lambda: ERRORS & {KafkaError._FATAL, KafkaError.FENCED_INSTANCE_ID}, [second, usurper])
    step("members come, leave, come back and are fenced")


def check_administration():
    topic = create("administration")
    assert failure(create, "administration").code() == KafkaError.TOPIC_ALREADY_EXISTS
    resource = ConfigResource("topic", topic)
    settings = admin.describe_configs([resource])[resource].result(10)
    assert settings["cleanup.policy"].value == "delete"
    sender = producer()
    for number in range(100):
        sender.produce(topic, str(number))
    assert sender.flush(10) == 0
    start = TopicPartition(topic, 0, 50)
    assert list(admin.delete_records([start]).values())[0].result(10).low_watermark == 50
    assert [message.offset() for message in read(topic)] == list(range(50, 100))
    admin.create_partitions([NewPartitions(topic, 3)])[topic].result(10)
    assert len(admin.list_topics(topic, 10).topics[topic].partitions) == 3
    admin.delete_topics([topic])[topic].result(10)
    assert topic not in admin.list_topics(timeout=10).topics
    step("topics, settings, deleted records")


check_records()
check_transactions()
check_offsets()
check_groups()
check_administration()
step("all as it should be")
