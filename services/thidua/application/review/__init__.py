"""What the Office does with a report: reads, compares, remarks, returns, accepts."""
