"""What a reader sees: words, tables, disclosure control, HTML and PDF."""
