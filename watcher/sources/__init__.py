"""The only code that reads the outside world."""
