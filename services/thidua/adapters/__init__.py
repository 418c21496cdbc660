"""What the outside world is made of: database, broker, clock, files. Each fulfils a port."""
