"""Manifests for Kubernetes: workloads with their variables, and the builds of kustomize that they are merged in."""
