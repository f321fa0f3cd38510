"""What is run by hand to make the data, the tables and the pages; none of it is installed."""
