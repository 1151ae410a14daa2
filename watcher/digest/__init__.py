"""What a reader gets: chosen and rendered. Pure."""
