"""`python -m stigmer_doctor`, the same as the `stigmer-doctor` command."""

from stigmer_doctor.cli.main import command

if __name__ == "__main__":
    command()
