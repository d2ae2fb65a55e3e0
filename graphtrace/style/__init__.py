"""What every picture shares: colours and fonts, and text that is safe to draw."""
