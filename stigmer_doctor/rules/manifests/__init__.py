"""Rules about Kubernetes manifests: SD85x."""
