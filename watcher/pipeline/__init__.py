"""The stages in order: poll, compose, deliver."""
