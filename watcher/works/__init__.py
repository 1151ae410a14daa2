"""What a work is. Pure: no clock, no network, no SQL."""
