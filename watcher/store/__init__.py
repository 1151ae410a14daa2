"""What each stage leaves behind, in SQLite."""
