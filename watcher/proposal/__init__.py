"""From what an article says to the queries that a librarian would begin with. Pure: no network, no clock."""
