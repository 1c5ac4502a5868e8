"""What commands print, and the pictures that they leave."""
