"""`python -m stigmer_doctor`, and the entry point of the `stigmer-doctor` command."""

from stigmer_doctor.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
