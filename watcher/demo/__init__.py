"""The embedded sample: invented records and feeds, data only."""
