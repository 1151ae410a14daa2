"""A literature monitor: from a list of queries to a digest in the reader's mailbox."""

__version__ = "0.1.0"
