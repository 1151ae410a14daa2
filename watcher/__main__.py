"""`python -m watcher`: the command line."""

from watcher.cli import main

main()
