"""Review: findings and decisions in, the open list and corrections out. Pure; never imports textual."""
