"""The program that runs inside containers, shipped as data. Standard library only."""
