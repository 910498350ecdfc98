"""What users leave behind: keys, watched questions, feedback."""
