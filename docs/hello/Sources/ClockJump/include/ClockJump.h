// The wall clock of this process, which can be made to jump as when somebody sets the machine's.

/// Sets the wall clock of this process so many seconds ahead of the machine's, or behind.
void set_wall_clock_ahead(long seconds);
