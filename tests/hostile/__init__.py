"""A Docker engine that means harm, and what the doctor makes of it."""
