"""What is read off accepted states and written while a run goes on."""
