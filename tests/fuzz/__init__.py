"""Snapshots, compose projects, Go code, manifests and profiles broken at random: what the doctor makes of them."""
