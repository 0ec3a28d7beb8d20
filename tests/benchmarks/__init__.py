"""Speed and memory, measured by command and never asserted."""
