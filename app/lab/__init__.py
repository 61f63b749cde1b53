"""What a threshold would do, swept over runs that were made: before it is switched on."""
