"""Sends a broker what it does not know and what is broken; it has to answer as Kafka does."""

import socket
import struct
import sys

HOST, _, PORT = sys.argv[1].rpartition(":")
UNSUPPORTED_VERSION, UNKNOWN_TOPIC = 35, 3


def exchange(frame, announced=None):
    """The answer to one request from its correlation id on; None if the broker hung up."""
    with socket.create_connection((HOST, int(PORT)), timeout=20) as connection:
        size = len(frame) if announced is None else announced
        connection.sendall(struct.pack(">i", size) + frame)
        data = b""
        try:
            while len(data) < 4 or len(data) < 4 + struct.unpack(">i", data[:4])[0]:
                piece = connection.recv(65536)
                if not piece:
                    return None
                data += piece
        except ConnectionResetError:
            return None
        return data[4:]


def request(api, version, body=b"", correlation=7):
    return struct.pack(">hhih", api, version, correlation, 5) + b"check" + body


def api_versions(version):
    answer = exchange(request(18, version))
    assert answer is not None, "ApiVersions is answered in any version"
    correlation, error, count = struct.unpack(">ihi", answer[:10])
    assert correlation == 7
    found = [struct.unpack(">hhh", answer[10 + 6 * i:16 + 6 * i]) for i in range(count)]
    return error, {api: (low, high) for api, low, high in found}


def check():
    error, ranges = api_versions(0)
    assert error == 0 and all(low <= high for low, high in ranges.values())
    for api in [0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 18, 19, 22, 24, 25, 26, 28]:
        assert api in ranges, f"API {api} is not announced"
    print(f"ApiVersions names {len(ranges)} APIs")

    # A client that is newer gets the error and, in version 0's layout, what it may ask instead.
    error, answered = api_versions(99)
    assert error == UNSUPPORTED_VERSION
    assert answered.get(18) == ranges[18], answered
    print("a newer ApiVersions: UNSUPPORTED_VERSION, and the version to ask")

    unknown = max(ranges) + 500
    broken = [
        ("an unknown API", request(unknown, 0), None),
        ("a version that is too new", request(3, ranges[3][1] + 50, b"\xff" * 4), None),
        ("a request that ends early", request(3, 1, struct.pack(">i", 5)), None),
        ("a length below zero", request(3, 0), -1),
        ("a length beyond reason", request(3, 0), 2**31 - 1),
        ("something else than Kafka", b"GET / HTTP/1.1\r\n\r\n", None),
    ]
    for name, frame, announced in broken:
        assert exchange(frame, announced) is None, f"{name}: an answer came"
        assert api_versions(0)[0] == 0, f"after {name} the broker is gone"
        print(f"{name}: that connection is closed, the broker serves on")

    # Since version 4 a client can ask for a topic without creating it.
    topic = b"no-such-topic"
    body = struct.pack(">ih", 1, len(topic)) + topic + b"\x00"
    answer = exchange(request(3, 4, body))
    at = answer.index(topic)
    assert struct.unpack(">h", answer[at - 4:at - 2])[0] == UNKNOWN_TOPIC
    print("metadata of an unknown topic: UNKNOWN_TOPIC_OR_PARTITION")


check()
