"""Loopback stand-ins for the outside world, and builders of invented input."""
