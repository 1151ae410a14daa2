"""How a digest reaches its reader."""
