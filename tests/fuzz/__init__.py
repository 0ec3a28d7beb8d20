"""What nobody would send: updates made from the library's own types, and content files that no editor would write."""
