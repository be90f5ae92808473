"""The post: states, ways, and three houses that exchange a month."""
