"""`python -m aliqa` is the command line."""

from aliqa.doors.cli import main

if __name__ == "__main__":
    main()
