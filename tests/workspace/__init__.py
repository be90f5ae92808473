"""What a workspace keeps of what it takes."""
