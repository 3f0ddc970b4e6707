# pragma version 0.4.3
"""Logs whatever it is told to: logs that look like transfers of tokens it is not."""


@external
def three_topics(first: bytes32, second: bytes32, third: bytes32, data: Bytes[128]):
    raw_log([first, second, third], data)


@external
def four_topics(first: bytes32, second: bytes32, third: bytes32, fourth: bytes32, data: Bytes[128]):
    raw_log([first, second, third, fourth], data)


@external
def one_topic(first: bytes32, data: Bytes[128]):
    raw_log([first], data)
