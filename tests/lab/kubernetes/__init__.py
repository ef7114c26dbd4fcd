"""A real cluster of one node, built from Go modules, in namespaces of its own."""
