"""What the markup of embeds has in common, whatever the platform."""
