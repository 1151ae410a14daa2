"""An article that was read: its title, its statements, and the sources that they cite."""
