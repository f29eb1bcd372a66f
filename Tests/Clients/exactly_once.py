"""Copies a topic with transactional consumers that are killed and stopped, and looks for gaps."""

import os
import random
import signal
import subprocess
import sys
import time

from confluent_kafka import Consumer, KafkaException, Producer, TopicPartition
from confluent_kafka.admin import AdminClient, NewTopic

PARTITIONS, WORKERS = 6, 3


def work(brokers, slot, source, target, group):
    """One worker. It leaves after an error, and its successor begins where the group stands."""
    producer = Producer({
        "bootstrap.servers": brokers, "transactional.id": f"{group}-{slot}", "linger.ms": 0,
        "transaction.timeout.ms": 3000, "message.timeout.ms": 2500})
    producer.init_transactions(30)
    consumer = Consumer({
        "bootstrap.servers": brokers, "group.id": group, "enable.auto.commit": False,
        "auto.offset.reset": "earliest", "isolation.level": "read_committed",
        "session.timeout.ms": 6000, "heartbeat.interval.ms": 300, "max.poll.interval.ms": 10000,
        "partition.assignment.strategy": "range", "fetch.wait.max.ms": 50})
    # Who the member was when it got its partitions: asked for later, it may be nobody.
    member = []
    consumer.subscribe(
        [source], on_assign=lambda consumer, _: member.append(consumer.consumer_group_metadata()))
    while True:
        messages = [message for message in consumer.consume(500, 0.2) if not message.error()]
        if not messages:
            continue
        producer.begin_transaction()
        offsets = {}
        for message in messages:
            producer.produce(target, message.value(), partition=message.partition())
            offsets[message.partition()] = message.offset() + 1
        try:
            producer.send_offsets_to_transaction(
                [TopicPartition(source, *offset) for offset in offsets.items()], member[-1], 10)
            if random.random() < 0.05:
                producer.abort_transaction(10)
                break
            producer.commit_transaction(10)
        except KafkaException:
            break
    consumer.close()


def start(*arguments):
    return subprocess.Popen([sys.executable, __file__, "worker", *arguments],
                            stderr=subprocess.DEVNULL)


def main(brokers, seconds, seed):
    random.seed(seed)
    run = time.time_ns()
    source, target, group = f"source-{run}", f"target-{run}", f"copy-{run}"
    topics = [NewTopic(name, PARTITIONS, 1) for name in [source, target]]
    admin = AdminClient({"bootstrap.servers": brokers})
    for created in admin.create_topics(topics).values():
        created.result(10)
    feed = Producer({"bootstrap.servers": brokers, "enable.idempotence": True, "linger.ms": 5})
    arguments = [(brokers, str(slot), source, target, group) for slot in range(WORKERS)]
    workers = [start(*each) for each in arguments]
    counts = {"killed": 0, "stopped": 0, "left": 0}
    stopped, sent, end = {}, 0, time.time() + seconds

    def revive():
        for slot in range(WORKERS):
            if workers[slot].poll() is not None:
                counts["left"] += 1
                workers[slot] = start(*arguments[slot])
            if slot in stopped and time.time() > stopped[slot]:
                workers[slot].send_signal(signal.SIGCONT)
                del stopped[slot]

    while time.time() < end:
        for _ in range(60):
            feed.produce(source, str(sent), partition=sent % PARTITIONS)
            sent += 1
        feed.poll(0)
        time.sleep(0.05)
        revive()
        slot, luck = random.randrange(WORKERS), random.random()
        if luck < 0.004:
            workers[slot].kill()
            workers[slot].wait()
            stopped.pop(slot, None)
            counts["killed"] += 1
            workers[slot] = start(*arguments[slot])
        elif luck < 0.008 and slot not in stopped:
            workers[slot].send_signal(signal.SIGSTOP)
            stopped[slot] = time.time() + random.uniform(0.5, 8)
            counts["stopped"] += 1
    assert feed.flush(20) == 0

    reader = Consumer({"bootstrap.servers": brokers, "group.id": f"check-{run}",
                       "isolation.level": "read_committed"})
    reader.assign([TopicPartition(target, number, 0) for number in range(PARTITIONS)])
    copied = [[] for _ in range(PARTITIONS)]
    heard = time.time()
    # Until all is there, then a little longer for what should not be.
    while time.time() - heard < (30 if sum(map(len, copied)) < sent else 5):
        revive()
        message = reader.poll(0.2)
        if message and not message.error():
            copied[message.partition()].append(int(message.value()))
            heard = time.time()
    for worker in workers:
        worker.kill()
    reader.close()
    for number, values in enumerate(copied):
        expected = list(range(number, sent, PARTITIONS))
        missing, twice = len(set(expected) - set(values)), len(values) - len(set(values))
        assert values == expected, f"partition {number}: {missing} missing, {twice} twice"
    print(f"{sent} records copied exactly once and in order; workers: {counts}")


if sys.argv[1] == "worker":
    work(*sys.argv[2:])
    os._exit(0)
main(sys.argv[1], float(sys.argv[2]), int(sys.argv[3]))
