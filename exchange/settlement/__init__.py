"""Settlement: what each jobcentre pays for a period, to the øre."""
