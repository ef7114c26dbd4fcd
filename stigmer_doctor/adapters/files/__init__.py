"""Files of the user's: source trees, the state folder."""
