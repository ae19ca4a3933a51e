"""Stage 6: read it back."""
