"""What is counted from reports and can be counted again: facts, sums, the status document."""
