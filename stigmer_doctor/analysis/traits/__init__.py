"""What of the facts is compared with other facts: short texts by name, without what differs between any two runs."""
