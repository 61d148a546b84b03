"""OCR: page pictures in; words with place and confidence out."""
