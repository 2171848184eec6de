"""What each command does, behind the words that the command line takes."""
