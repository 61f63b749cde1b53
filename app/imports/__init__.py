"""What other programs have written, as sessions."""
